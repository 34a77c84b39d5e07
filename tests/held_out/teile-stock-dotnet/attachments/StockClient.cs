var http = new HttpClient { BaseAddress = new Uri(cfg["Teile:Url"]) };
http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", cfg["Teile:Key"]);
var r = await http.GetAsync("/json/reply/GetStock?Sku=" + sku);
r.EnsureSuccessStatusCode();   // <- throws
// Log: System.Net.Http.HttpRequestException: Response status code does not indicate success: 401 (Unauthorized).
//      r.RequestMessage.RequestUri = https://werk.teile.test/json/reply/GetStock?Sku=B-4410
