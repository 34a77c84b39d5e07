"""Texts with secrets, and texts that must stay as they are. All of them are made up.

A line of SECRET is the text with its secrets between ⟦ and ⟧; the marks are taken out before it is redacted.
What would look like a live key to a scanner is put together from parts.
"""

# ruff: noqa: E501 - a line is a text

from __future__ import annotations

import base64
import json


def b64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def b64url(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(value, separators=(",", ":")).encode()).decode().rstrip("=")


SIGNATURE = "q7Zk3VtYw0mPx2Rr8LsD5nHbJ6cQfGe1uTaWoXiKyMv"
JWT = ".".join((b64url({"alg": "HS256", "typ": "JWT"}), b64url({"sub": "made-up", "exp": 1795218932}), SIGNATURE))
RS256 = ".".join((b64url({"alg": "RS256", "kid": "k1"}), b64url({"iss": "https://id.test"}), (SIGNATURE * 9)[:342]))
JWE = ".".join(
    (b64url({"alg": "dir", "enc": "A256GCM"}), "", "48V1_ALb6US04U3b", "5eym8TW_c8SuK0ltJ3rpYIzOeDQz", "XFBoMYUZodet")
)
PEM = "-----BEGIN {0}-----\nMIIEowIBAAKCAQEAm4deUp7qJ0notAKey\nZm9yVGVzdHNPbmx5Tm90QUtleUF0QWxs\nQUJDRA==\n-----END {0}-----"
RSA = PEM.format("RSA PRIVATE KEY")
BASIC = b64("nora:hunter2!x")
HEX64 = "0dead1beef2cafe3f00d4abad5c0ffee" * 2
OPAQUE = "m4d3UpT0k3nF0rT3sts"

SECRET = rf"""
client secret mismatch: got ⟦hunter2⟧ want
password got=⟦hunter2⟧ want=⟦wintertime⟧
401 client_secret expected '⟦abc123XY⟧' got '⟦zzz999QQ⟧'
password: ⟦hunter2⟧ != ⟦hunter33⟧
wrong password: expected ⟦Winter2024⟧ but was ⟦Sommer2024⟧
pin got ⟦1234⟧ want ⟦4321⟧
{{"msg":"csrf token expected ⟦9f8e7d6c⟧ actual ⟦1a2b3c4d⟧"}}
Authorization: Bearer ⟦{JWT}⟧
authorization: bearer ⟦{JWT}⟧
AUTHORIZATION: BEARER ⟦{OPAQUE}⟧
Authorization: Bearer ⟦{JWE}⟧
Authorization: ⟦{JWT}⟧
Authorization: ⟦{OPAQUE}⟧
Authorization: Bearer Bearer ⟦{JWT}⟧
Authorization: Bearer "⟦{OPAQUE}⟧"
Authorization: "Bearer ⟦{OPAQUE}⟧"
Authorization: Token ⟦{OPAQUE}⟧
Authorization: Token token="⟦{OPAQUE}⟧", email="a@b.test"
Authorization: token ⟦{OPAQUE}⟧
Authorization: JWT ⟦{JWT}⟧
Authorization: DPoP ⟦{JWT}⟧
Authorization: ApiKey ⟦{OPAQUE}⟧
Authorization: SSWS ⟦{OPAQUE}⟧
Authorization: Splunk ⟦{OPAQUE}⟧
Authorization: Bot ⟦{OPAQUE}⟧
Authorization: GenieKey ⟦{OPAQUE}⟧
Authorization: Basic ⟦{BASIC}⟧
Authorization: Basic ⟦{b64("svc:t0k3nvalue")}⟧
Authorization: Basic ⟦nora:hunter2!x⟧
authorization: basic ⟦{BASIC}⟧
Proxy-Authorization: Basic ⟦{BASIC}⟧
Authorization: Negotiate ⟦YIIGhgYGKwYBBQUCoIIGejCCBnagMDAuBgkqhkiC9xIBAgI⟧
Authorization: NTLM ⟦TlRMTVNTUAABAAAAB4IIogAAAAAAAAAAAAAAAAAAAAAGAbEd⟧
Authorization: SharedKey acct:⟦c2lnbmF0dXJlTWFkZVVwRm9yVGVzdHM1Njc4OTA=⟧
Authorization: AWS KEYID:⟦frJIUN8DYpKDtOLCwoMadeUp0=⟧
Authorization: Digest username="nora", realm="api", nonce="dcd98b7102dd", uri="/x", response="⟦{HEX64[:32]}⟧", opaque="5ccc0"
Authorization: Hawk id="dh37fgj492je", ts="1353832234", nonce="j4h3g2", mac="⟦6R4rV5iE+NPoym+WwjeHzjAGXUtLNIxmo1vpMofpLAE=⟧"
Authorization: OAuth oauth_consumer_key="ck", oauth_token="⟦{OPAQUE}⟧", oauth_signature="⟦tR3%2BTy81lMeYAr%2FFid0kMTYa%2FWM%3D⟧"
Authorization: AWS4-HMAC-SHA256 Credential=x/20261120/eu-west-1/s3/aws4_request, SignedHeaders=host, Signature=⟦{HEX64}⟧
Authorization: FancyScheme ⟦{OPAQUE}⟧
> Authorization: Bearer ⟦{OPAQUE}⟧
* [HTTP/2] [1] [authorization: Bearer ⟦{OPAQUE}⟧]
"Authorization": "Bearer ⟦{OPAQUE}⟧",
{{"headers":{{"authorization":"Bearer ⟦{JWT}⟧","accept":"*/*"}}}}
{{"headers":{{"Authorization":["Bearer ⟦{OPAQUE}⟧"]}}}}
headers = {{'Authorization': 'Bearer ⟦{OPAQUE}⟧'}}
headers: {{ Authorization: `Bearer ⟦{OPAQUE}⟧` }}
[(b'host', b'x.test'), (b'authorization', b'Bearer ⟦{OPAQUE}⟧')]
["authorization","Bearer ⟦{OPAQUE}⟧"]
{{"name":"Authorization","value":"Bearer ⟦{OPAQUE}⟧"}}
{{"value":"Bearer ⟦{OPAQUE}⟧","name":"Authorization"}}
HTTP_AUTHORIZATION=Bearer ⟦{OPAQUE}⟧
X-Api-Key: ⟦{OPAQUE}⟧
x-api-key: ⟦6f1c2f4e-94a1-4c7d-8b67-0d8f9f1c2a3b⟧
apikey: ⟦{OPAQUE}⟧
api-key: ⟦{OPAQUE}⟧
X-Auth-Token: ⟦{OPAQUE}⟧
X-Auth-Key: ⟦{OPAQUE}⟧
X-Access-Token: ⟦{OPAQUE}⟧
X-Vault-Token: ⟦{OPAQUE}⟧
PRIVATE-TOKEN: ⟦{OPAQUE}⟧
JOB-TOKEN: ⟦{OPAQUE}⟧
DD-API-KEY: ⟦{HEX64[:32]}⟧
DD-APPLICATION-KEY: ⟦{HEX64[:40]}⟧
X-MBX-APIKEY: ⟦{OPAQUE}⟧
Ocp-Apim-Subscription-Key: ⟦{HEX64[:32]}⟧
X-Functions-Key: ⟦{OPAQUE}⟧
X-Goog-Api-Key: ⟦{OPAQUE}⟧
X-Shopify-Access-Token: ⟦{OPAQUE}⟧
X-Amz-Security-Token: ⟦FwoMadeUp0Sess10nT0kenF0rTests/abc==⟧
X-CSRF-Token: ⟦{OPAQUE}⟧
X-Hub-Signature-256: ⟦sha256={HEX64}⟧
DPoP: ⟦{JWT}⟧
Cookie: sid=⟦{OPAQUE}⟧
Cookie: lang=en; connect.sid=⟦s%3AmadeUp0123.Sig4567⟧; theme=dark
Cookie: PHPSESSID=⟦{HEX64[:26]}⟧
cookie: session=⟦.eJwlzjEOwjAMAMC_dGZwbMdO+mad3Up⟧
Cookie: session=⟦eyJfcGVybWFuZW50Ijp0cnVlfQ.ZzZzZz.m4d3Up5igNatur3F0rT3sts⟧; x=⟦abc123⟧
Set-Cookie: JSESSIONID=⟦{HEX64[:32].upper()}⟧; Path=/; Secure; HttpOnly
set-cookie: sessionid=⟦{OPAQUE}⟧; expires=Sat, 21 Nov 2026 07:51:55 GMT; Max-Age=86400; SameSite=Lax
Set-Cookie: .AspNetCore.Cookies=⟦CfDJ8MadeUp0ForTests⟧; path=/
JSESSIONID=⟦{HEX64[:32]}⟧
sessionid=⟦{OPAQUE}⟧
session id: ⟦{OPAQUE}⟧
curl -u nora:⟦hunter2⟧ https://x.test/
curl -u 'nora:⟦hun ter2⟧' https://x.test/
curl -unora:⟦hunter2⟧ https://x.test/
curl --user "nora:⟦hun$ter2⟧" https://x.test/
curl --user=nora:⟦hunter2⟧ https://x.test/
curl -s --proxy-user nora:⟦hunter2⟧ -x http://p.test https://x.test/
curl -u ⟦hunter2hunter2hunter2Xy⟧:x https://x.test/
curl --oauth2-bearer ⟦{OPAQUE}⟧ https://x.test/
curl -b 'sid=⟦{OPAQUE}⟧' https://x.test/
curl --cookie "sid=⟦{OPAQUE}⟧; lang=en" https://x.test/
curl -H 'X-Api-Key: ⟦{OPAQUE}⟧' https://x.test/
curl -H"Authorization: Bearer ⟦{OPAQUE}⟧" https://x.test/
curl --header "Authorization: Token ⟦{OPAQUE}⟧" https://x.test/
curl -d 'user=nora&password=⟦hunter2⟧' https://x.test/
curl --data '{{"user":"nora","password":"⟦hunter2⟧"}}' https://x.test/
curl --data "{{\"user\":\"nora\",\"password\":\"⟦hunter2⟧\"}}" https://x.test/
curl --data-urlencode 'client_secret=⟦{OPAQUE}⟧' https://x.test/
curl -E cert.pem:⟦hunter2⟧ https://x.test/
curl --cert ./cert.pem:⟦hunter2⟧ https://x.test/
curl --aws-sigv4 aws:amz:eu-west-1:s3 -u KEYID:⟦m4d3Up/S3cr3tK3yF0rT3sts⟧ https://x.test/
curl -F token=⟦{OPAQUE}⟧ https://x.test/
wget --user=nora --password=⟦hunter2⟧ https://x.test/
http -a nora:⟦hunter2⟧ https://x.test/
tool --token ⟦{OPAQUE}⟧ --api-key ⟦{OPAQUE}⟧
sshpass -p ⟦hunter2⟧ ssh nora@x.test
mysql -u nora -p⟦hunter2⟧ shop
https://nora:⟦hunter2⟧@x.test/path
https://nora:⟦hun%20ter2⟧@x.test/path
https://⟦{OPAQUE}⟧@x.test/repo.git
postgres://nora:⟦hunter2⟧@db.test:5432/shop
redis://:⟦hunter2⟧@cache.test:6379/0
mongodb+srv://nora:⟦p@ss-w0rd⟧@c.test/x
amqp://guest:⟦guest2go⟧@mq.test//
https://x.test/a?access_token=⟦{OPAQUE}⟧&page=2
https://x.test/a?page=2&token=⟦{OPAQUE}⟧
https://x.test/a?page=2&amp;token=⟦{OPAQUE}⟧&amp;x=1
https://x.test/cb#access_token=⟦{OPAQUE}⟧&token_type=bearer&expires_in=3600
https://x.test/cb?code=⟦4/0AVm4d3UpC0d3F0rT3sts⟧&state=xyz
https://x.test/login?next=%2Fa%3Ftoken%3D⟦{OPAQUE}⟧%26b%3D1
https://x.test/login?next=%252Fa%253Ftoken%253D⟦{OPAQUE}⟧
https://x.test/a?api_key=⟦{OPAQUE}⟧
https://x.test/a?key=⟦{OPAQUE}⟧
https://x.test/a?user%5Bpassword%5D=⟦hunter2⟧&x=1
https://x.test/dl/a.pdf?expires=1795218932&signature=⟦{HEX64[:40]}⟧
https://x.test/dl/a.pdf?sig=⟦{HEX64[:40]}⟧&expires=1795218932
https://b.s3.test/k?X-Amz-Date=20261120T000000Z&X-Amz-Expires=60&X-Amz-Signature=⟦{HEX64}⟧
https://a.blob.test/c/b?sv=2024-08-04&st=2026-11-20&se=2026-11-21&sp=r&sig=⟦m4d3Up%2FS1g%2BF0rT3sts12345%3D⟧
https://d.cf.test/x?Expires=1795218932&Signature=⟦m4d3Up~S1gF0rT3sts-0123456789__⟧&Key-Pair-Id=KMADEUP
https://d.cf.test/x?Policy=⟦eyJTdGF0ZW1lbnQiOlt7fV19⟧&Signature=⟦m4d3Up~S1gF0rT3sts-0123456789__⟧&Key-Pair-Id=KMADEUP
<https://x.test/a?token=⟦{OPAQUE}⟧|x.test/a?token=⟦{OPAQUE}⟧>
grant_type=client_credentials&client_id=app1&client_secret=⟦{OPAQUE}⟧
grant_type=refresh_token&refresh_token=⟦{OPAQUE}⟧
code_verifier=⟦dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk⟧
client_assertion=⟦{JWT}⟧&client_assertion_type=urn:x
SAMLResponse=⟦PHNhbWxwOlJlc3BvbnNlIE1hZGVVcD0nMSc+⟧&RelayState=abc
{{"access_token":"⟦{OPAQUE}⟧","token_type":"Bearer","expires_in":3600,"refresh_token":"⟦{OPAQUE}r⟧","id_token":"⟦{JWT}⟧"}}
{{"username":"nora","password":"⟦hunter2⟧"}}
{{"username":"nora","password":"⟦hun\"ter2⟧"}}
{{"msg":"body: {{\"password\":\"⟦hunter2⟧\"}}"}}
{{"clientSecret":"⟦{OPAQUE}⟧"}}
{{"apiKey": "⟦{OPAQUE}⟧"}}
{{"private_key": "⟦{RSA.replace(chr(10), chr(92) + "n")}⟧"}}
{{"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","d":"⟦jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI⟧"}}
{{'user': 'nora', 'password': '⟦hunter2⟧'}}
{{user: 'nora', password: '⟦hunter2⟧'}}
dict(user="nora", password="⟦hunter2⟧")
requests.get(url, auth=("nora", "⟦hunter2⟧"))
HTTPBasicAuth('nora', '⟦hunter2⟧')
password: ⟦hunter2⟧
  db_password: "⟦hunter2⟧"
PASSWORD=⟦hunter2⟧
PASSWORD=⟦hunt<er>&2⟧
export DB_PASSWORD='⟦hunter 2⟧'
export API_TOKEN=⟦{OPAQUE}⟧
SECRET_KEY_BASE=⟦{HEX64}⟧
AWS_SECRET_ACCESS_KEY=⟦m4d3Up/S3cr3tK3yF0rT3stsAtAll0123456789⟧
aws_session_token = ⟦FwoMadeUp0Sess10nT0kenF0rTests⟧
password := "⟦hunter2⟧"
password => '⟦hunter2⟧',
Server=db.test;Database=shop;User Id=nora;Password=⟦hunter2⟧;Encrypt=true
DefaultEndpointsProtocol=https;AccountName=acct;⟦AccountKey=m4d3UpK3yF0rT3stsm4d3UpK3yF0rT3stsm4d3UpK3yF0rT3stsm4d3UpK3yF0rT3stsm4d3UpK3yF0rT==⟧;EndpointSuffix=x
Endpoint=sb://x.test/;SharedAccessKeyName=Root;SharedAccessKey=⟦m4d3UpK3yF0rT3sts0123456789abcdef=⟧
jdbc:postgresql://db.test/shop?user=nora&password=⟦hunter2⟧
host=db.test user=nora password=⟦hunter2⟧ dbname=shop
machine x.test login nora password ⟦hunter2⟧
//registry.test/:_authToken=⟦{OPAQUE}⟧
{{"auths":{{"r.test":{{"auth":"⟦{BASIC}⟧"}}}}}}
<password>⟦hunter2⟧</password>
<wsse:Password Type="x#PasswordText">⟦hunter2⟧</wsse:Password>
<add key="ApiKey" value="⟦{OPAQUE}⟧"/>
<input type="hidden" name="password" value="⟦hunter2⟧">
the password is ⟦hunter2⟧, user nora
my password is "⟦hunter2⟧"
wrong password "⟦hunter2Zx9q⟧" for user lena
password is ⟦Tr0ub4dor&3⟧ and it worked yesterday
pw: ⟦hunter2⟧
my key: ⟦{HEX64[:32]}⟧
the api key is ⟦{OPAQUE}⟧
access token: ⟦{OPAQUE}⟧
client secret = ⟦{OPAQUE}⟧
token ⟦{JWT}⟧
{{“password”: “⟦hunter2⟧”}}
pass{chr(0x200B)}word: ⟦hunter2⟧
password:{chr(0xA0)}⟦hunter2⟧
⟦{RS256}⟧
⟦{JWT.rpartition(".")[0]}⟧
⟦{JWT.partition(".")[0]}⟧
⟦{JWE}⟧
""".strip("\n").split("\n")

SPANNING = [
    f"key:\n⟦{RSA}⟧\nend",
    f"⟦{PEM.format('OPENSSH PRIVATE KEY')}⟧",
    f"⟦{PEM.format('PGP PRIVATE KEY BLOCK')}⟧",
    f"⟦{RSA.rpartition(chr(10))[0]}⟧\n\nthat is all of it",
    f"> ⟦{RSA.replace(chr(10), chr(10) + '> ')}⟧\nbye",
    f"Authorization: Bearer ⟦{RS256[:90]}\n{RS256[90:170]}\n{RS256[170:]}⟧\nX-Request-Id: 7cd31c96-4beb-4ce9",
    f"token:\n⟦{JWT[:60]}\n{JWT[60:]}⟧\nthanks",
    f"curl https://x.test \\\n  -H 'Authorization: Bearer ⟦{OPAQUE}⟧' \\\n  -u nora:⟦hunter2⟧",
    f"curl https://x.test -H 'Authorization: Bearer ⟦{OPAQUE[:9]}\\\n{OPAQUE[9:]}⟧'",
    f"Authorization: Bearer\n ⟦{OPAQUE}⟧\nHost: x.test",
    f"authorization:\nBearer ⟦{OPAQUE}⟧\naccept:\n*/*",
    f"cookie:\nsid=⟦{OPAQUE}⟧; lang=en\naccept:\n*/*",
    "- name: DB_PASSWORD\n  value: ⟦hunter2⟧\n- name: PORT\n  value: 80",
    "machine x.test\n  login nora\n  password ⟦hunter2⟧\n",
    "password: |\n  ⟦hunter2⟧\n",
    f"Authorization: Basic {'⟦' + b64('nora:' + 'hunter2' * 12)[:70]}\n {b64('nora:' + 'hunter2' * 12)[70:] + '⟧'}\nHost: x",
    f"⟦{JWT[:30]}*{JWT[30:50]}*{JWT[50:]}⟧",
    f"`⟦{JWT[:30]}{chr(0x200B)}{JWT[30:]}⟧`",
]

HARMLESS = r"""
aud got billing-2 want orders-1
token rejected: iss got api://a1 want api://b2
got token type refresh want access
password length got 7000 want 12000
my API key got 401s since monday, and the token I received 2026-11-20 too
token got expired want valid
the session I got 15min ago
if (token.version != user.version) return 401
status got 401 want 200
login refused: password "expired" for user lena
the password "field" of the form
GET https://api.acme.test/v1/orders?page=2&expires=1795218932 -> 401 at 13:52:40 UTC
request id 7cd31c96-4beb-4ce9-af11-ff7ccaa4a72c
X-Request-Id: 3add48bba22e446d1a9be5f4be7f878c
x-correlation-id: 99833b3fe54b7c234a0119b4148
traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01
tracestate: congo=t61rcWkgMzE
X-Amzn-Trace-Id: Root=1-67891233-abcdef012345678912345678;Parent=463ac35c9f6413ad;Sampled=1
CF-Ray: 8f1c2f4e94a14c7d-FRA
x-amz-request-id: TX234S0F24A06C7
x-amz-id-2: eftixk72aD6Ap51TnqcoF8eFidJG9Z/2mkiDFu8yU9AS1ed4OpIszj7UDNEHGran
commit 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b
sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08
md5 8f14e45fceea167a5a36dedd4bea2543  report.pdf
ETag: "33a64df551425fcc55e4d42a148795d9f25f89d4"
If-None-Match: W/"0815deadbeef"
integrity="sha384-oqVuAfXRKap7fdgcCY5uykM6+R9GqQ8K/uxy9rx7HNQlGYl1kPzQho1wx4JwY8wC"
WWW-Authenticate: Bearer realm="api", error="invalid_token", error_description="The access token expired"
WWW-Authenticate: Digest realm="api", nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093", qop="auth", opaque="5ccc069c403ebaf9f0171e9517f40e41"
WWW-Authenticate: Basic realm="Acme office network", charset="UTF-8"
Authorization: Bearer undefined
Authorization: Bearer null
Authorization: Bearer None
Authorization: Bearer [object Object]
Authorization: Bearer ${TOKEN}
Authorization: Bearer $TOKEN
Authorization: Bearer $(cat token.txt)
Authorization: Bearer {{ token }}
Authorization: Bearer {{token}}
Authorization: Bearer <token>
Authorization: Bearer <your token here>
Authorization: Bearer YOUR_API_KEY
Authorization: Bearer ***
Authorization: Bearer ****************
Authorization: Bearer xxxxxxxxxxxx
Authorization: Bearer [REDACTED]
Authorization: Bearer
Authorization: Basic
Authorization:
Authorization header is missing
Missing Authorization HTTP header
authorization: absent
authorization: present
"authorization":"[Redacted]"
"Authorization":[]
Access-Control-Allow-Headers: Authorization, Content-Type, X-Api-Key
Access-Control-Request-Headers: authorization
Vary: Origin, Authorization, Cookie
X-Api-Key: ak_live_7d1f...
X-Api-Key: AfkWT***PHmn
X-Api-Key: YOUR_API_KEY
X-Api-Key: <token>
X-Api-Key:
api_key=changeme123
api_key=your-api-key
AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY
AWS_ACCESS_KEY_ID=AKIAIOSFODNN7EXAMPLE
password = "********"
password: ""
password=
password: null
"password": null
{"password":["This field is required."]}
{"password":"This field may not be blank."}
{"token":"Token is invalid or expired","code":"token_not_valid"}
{"code":"invalid_token","message":"jwt malformed"}
{"error":"UnauthorizedError","code":"credentials_required","message":"No authorization token was found"}
{"error":"invalid_client","error_description":"AADSTS7000215: Invalid client secret provided."}
{"token_type":"Bearer","expires_in":3600,"scope":"read:tokens"}
{"kid":"A960B7BF5306A564BDE96D645781C1C279C60C1B","alg":"RS256"}
{"client_id":"6f1c2f4e-94a1-4c7d-8b67-0d8f9f1c2a3b","user":"nora"}
{"next_page_token":"CAUQAA==","total":3}
{"max_tokens":4096,"tokens":["1a9aae10"]}
{"token_endpoint":"https://id.test/oauth/token","jwks_uri":"https://id.test/jwks"}
the password is wrong
the password is rejected every time
password was changed yesterday
my password is correct, I can sign in on the website
password doesn't match for /cfg/node1.conf username: node1 IP: 10.50.0.31
no user/password was provided for basic authentication, client: 198.51.100.90
token expired
token is expired since 10:00
token: expired
Token: missing
Token has been revoked.
Invalid token: signature has expired
error: invalid token: token contains an invalid number of segments
jwt refused GET /v2/account: No auth token
we send the Bearer token in the header, Basic authentication works
works with user newapp, same user, same password, same OkHttp client
POST /api/token/refresh/ HTTP/1.1" 401 58 0.004823 "okhttp/4.12.0" rid=ddfb66cf1ec54505
GET https://auth.hub.test/token?account=ostico&scope=repository%3Aminio%2Fminio%3Apull&service=registry.hub.test
2026-11-20T23:51:54.768Z INFO bde2ffe4f05b5b33735b40788b2137a6 GET /tickets 200 origin=- cookie=desk.sid sid=EgTDYB user=marta
Cookie: lang=en; theme=dark
Set-Cookie: sid=; Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT
Set-Cookie: sid=deleted; Max-Age=0
cookie: none
docker run --user 1000:1000 -p 8080:80 -v C:\data:/data nginx
curl -i https://x.test/ -H 'Accept: application/json' --max-time 10
curl -u nora https://x.test/
curl -u "$USER:$PASS" https://x.test/
https://$USER:$PASS@x.test/
https://x.test:8443/a/b@c?d=e
git@github.test:acme/app.git
ssh nora@x.test
proxy_set_header Authorization $http_authorization;
token = get_token(user)
password = os.environ["DB_PASSWORD"]
const token = process.env.API_TOKEN
def login(user: str, password: str) -> str:
key: value
primary_key=42
cache_key: orders/1042
Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==
-----BEGIN CERTIFICATE-----
ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABAQC7 nora@laptop
‹JSON Web Token›
Authorization: Bearer ‹JSON Web Token›
https://nora:‹password in a URL›@x.test/?token=‹token›
at Object.module.exports [as verify] (/srv/shades/node_modules/jsonwebtoken/verify.js:63:17)
design of the monkey turkey inside config assignment
""".strip("\n").split("\n")
