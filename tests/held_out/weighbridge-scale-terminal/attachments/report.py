import hashlib, hmac, json, os, sys, httpx

SECRET = os.environ["SCALE_SECRET"].encode()

def report(d):
    sig = hmac.new(SECRET, json.dumps(d).encode(), hashlib.sha256).hexdigest()
    r = httpx.post("https://waage.kieswerk-moser.test/hooks/scale", json=d,
                   headers={"X-Scale-Signature": "sha256=" + sig})
    print(json.dumps(d), "->", r.status_code, r.text, "id", r.headers.get("x-request-id"))

if __name__ == "__main__":
    report(json.load(sys.stdin))
