import hashlib, hmac, json, os
import requests

URL = "https://api.boltworks.test/v2/hooks/kranich-shop"
SECRET = os.environ["BOLT_HOOK_SECRET"].encode()

def send(order: dict) -> None:
    payload = json.dumps(order, ensure_ascii=False)
    sig = hmac.new(SECRET, payload.encode("utf-8"), hashlib.sha256).hexdigest()
    r = requests.post(URL, json=order, headers={"X-Bolt-Signature": "sha256=" + sig}, timeout=10)
    r.raise_for_status()
