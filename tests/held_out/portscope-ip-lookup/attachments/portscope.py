def query_portscope(observable: str, api_key: str, proxies, ssl_verify: bool = True):
    """Query the PortScope API for information about an IP."""
    try:
        url = f"https://api.portscope.test/portscope/host/{observable}"
        headers = {"Authorization": f"Bearer {api_key}", "Accept": "application/json"}

        response = requests.get(url, headers=headers, proxies=proxies, verify=ssl_verify, timeout=5)
        response.raise_for_status()
        data = response.json()
