var client = new HttpClient();
var auth = new AuthenticationHeaderValue("Basic",
    Convert.ToBase64String(Encoding.ASCII.GetBytes($"{_user}:{_password}")));
client.DefaultRequestHeaders.Authorization = auth;
var req = new HttpRequestMessage(HttpMethod.Get, _apiUrl);   // https://netinv.campus.test/api/maclist
req.Headers.Authorization = auth;
var res = await client.SendAsync(req);
if (res.IsSuccessStatusCode)
    return JsonConvert.DeserializeObject<List<MacWhiteListItem>>(await res.Content.ReadAsStringAsync());
_log.LogError($"GET {_apiUrl} -> {(int)res.StatusCode} {res.ReasonPhrase}, attempt {n}");
