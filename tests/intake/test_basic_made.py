"""Values for Basic that code makes wrongly, in several languages, and those that it makes well."""

import pytest

from bot.intake.basic_made import misbuilt

BREAKS = {
    "line break": (
        'H=$(echo "$USER:$PASSWORD" | base64)\ncurl -H "Authorization: Basic $H" https://a.test/',
        "echo 'svc:geheim' | openssl base64",
        "base64 <<< admin:hunter2",
        "kind: Secret\n# made with: echo hunter2 | base64",
        "printf 'svc:geheim\\n' | base64",
        "echo $KEY | gcloud secrets versions add api-key --data-file=-",
    ),
    "No colon": (
        'Basic $([Convert]::ToBase64String([Text.Encoding]::UTF8.GetBytes("$user$pw")))',
        "headers.Authorization = 'Basic ' + btoa(username + password)",
        'auth = base64.b64encode(f"{USER}{PASSWORD}".encode()).decode()\nh = f"Basic {auth}"',
        'String a = "Basic " + Base64.getEncoder().encodeToString((user + password).getBytes());',
        "$cred = $login . $passwort;\n$h = 'Basic ' . base64_encode($cred);",
        'printf "%s" "$API_USER$API_PASS" | base64  # Basic',
        "const t = Buffer.from(user + pass).toString('base64') // Basic",
    ),
    "UTF-16": (
        '"Basic " + [Convert]::ToBase64String([Text.Encoding]::Unicode.GetBytes("${user}:${pass}"))',
        "b64encode(f'{user}:{password}'.encode('utf-16'))  # Basic",
    ),
    "b'...'": (
        "token = base64.b64encode(f'{user}:{password}'.encode())\nheaders = {'Authorization': f'Basic {token}'}",
        "h = 'Basic ' + str(base64.b64encode(f'{user}:{password}'.encode()))",
    ),
    "before and behind": (
        "'Basic ' + btoa(user + ':' + user)",
        '"Basic " + Base64.strict_encode64("#{login}:#{login}")',
    ),
    "before the user": ("'Basic ' + btoa(password + ':' + username)",),
    "URL-safe": (
        "'Basic ' + base64.urlsafe_b64encode(f'{user}:{password}'.encode()).decode()",
        '"Basic " + Base64.getUrlEncoder().encodeToString((user + ":" + password).getBytes())',
    ),
    "line breaks": (
        '"Basic " + Base64.encode64("#{user}:#{password}")',
        '"Basic " + ["#{user}:#{password}"].pack("m")',
    ),
}
WELL = (
    'H=$(echo -n "$USER:$PASSWORD" | base64)  # Basic',
    "printf 'svc:geheim' | base64",
    "echo 'svc:geheim' | tr -d '\\n' | base64",
    "echo c3ZjOmdlaGVpbQ== | base64 -d   # the Basic value",
    "echo hello | base64",
    "echo http://a.test:8080/x | base64",
    "'Basic ' + btoa(user + ':' + password)",
    'const pair = `${user}:${password}`;\nconst h = "Basic " + btoa(pair);',
    '"Basic " + [Convert]::ToBase64String([Text.Encoding]::UTF8.GetBytes("${user}:${pass}"))',
    '$b = [Convert]::ToBase64String([Text.Encoding]::ASCII.GetBytes(("{0}:{1}" -f $user,$pass)))  # Basic',
    "auth = b64encode(f'{user}:{password}'.encode()).decode()\nh = f'Basic {auth}'",
    "sig = base64.b64encode(hmac.new(secret, user + path).digest())  # instead of Basic",
    '"Basic " + Base64.encode64("#{user}:#{password}").chomp',
    "'Basic ' + btoa([user, password].join(':'))",
    "Base64.encode64(user + secret)  # a cache key",
)


@pytest.mark.parametrize(("words", "code"), [(w, c) for w, codes in BREAKS.items() for c in codes])
def test_a_value_that_is_made_wrongly(words: str, code: str) -> None:
    assert any(words in sentence for _, sentence in misbuilt(code))


@pytest.mark.parametrize("code", WELL)
def test_a_value_that_is_made_well(code: str) -> None:
    assert list(misbuilt(code)) == []


@pytest.mark.parametrize(
    "code",
    ["btoa('petra' + 'hunter2Zq' + user + password)", "base64_encode($user.'hunter2Zq'.$password)"],
)
def test_what_a_string_holds_is_not_shown(code: str) -> None:
    told = [sentence for _, sentence in misbuilt(f"Authorization: Basic\nx = {code}")]
    assert told and not any("hunter2Zq" in sentence for sentence in told)
