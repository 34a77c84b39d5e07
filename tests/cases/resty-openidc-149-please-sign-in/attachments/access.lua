local opts = {
  discovery = "https://spedition.eu.idp.test/.well-known/openid-configuration",
  token_signing_alg_values_expected = { "RS256" },
  auth_accept_token_as = "cookie:token",
}
local res, err = require("resty.openidc").bearer_jwt_verify(opts)
if err or not res then
  ngx.log(ngx.ERR, "authenticate failed: ", err)
  ngx.status = 401
  ngx.say('{"error":"unauthorized","message":"please sign in"}')
  return ngx.exit(ngx.HTTP_UNAUTHORIZED)
end
ngx.var.sub = res.sub
