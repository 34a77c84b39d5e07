"""The names by which writers call themselves: a signature, `my login is`, `signed in as`, in their languages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from knowledge.messages import software

NAMED = (
    r"(?:user ?(?:name|id)|sign-in name|(?:benutzer|nutzer|anmelde)name|kennung|gebruikersnaam|account ?naam"
    r"|brugernavn|brukernavn"
    r"|användarnamn|käyttäjä(?:tunnus|nimi|tunnukseni)|tunnus|identifiant|nom d['’]utilisateur|nombre de usuario"
    r"|nome de (?:usuário|utilizador)|nome utente|nazwa użytkownika|uživatelské jméno|přihlašovací jméno"
    r"|kullanıcı ?ad[ıi]m?)"
)
"""What a name to sign in with is called."""
ACCOUNT = (
    rf"(?:{NAMED}|user|account|login|log-in|benutzer(?:in|konto)?|nutzer(?:in)?|konto|gebruiker|bruger|bruker"
    rf"|användare|käyttäjä"
    r"|utilisat(?:eur|rice)|compte|usuari[oa]|cuenta|utilizador|usuário|utente|użytkowni(?:k|czka)|uživatel(?:ka)?"
    r"|kullanıcı)"
)
NAME = r"['\"`„“»]?(?P<user>[^\W\d_][\w.+-]{1,40}(?:@[\w.-]{2,60})?)(?<![.+-])['\"`”“«]?(?![\w/(=@])"
CODED = (
    r"['\"`]?(?P<user>(?=[^\W\d_]\w{0,30}[._@+-]?\w{0,30}[\d._@])[^\W\d_][\w.+@-]{2,60})(?<![.+@-])['\"`]?(?![\w/(=])"
)
IS = (
    r"[ ](?:is|was|ist|war|lautet|heißt|es|est|é|è|er|är|on|to|je|jest|og heter|heter|hedder|heet|called|named"
    r"|namens|genaamd"
    r"|nommé|llamado|chamado)[ :]{1,2}"
)
MINE = r"(?:my|mein|meine|mijn|min|mitt|mit|mon|mi|meu|o meu|mio|il mio|mój|moje|můj|minun)"
STATE = r"(?!\w{1,20}(?:ed|ing|rrt|ert|tt|é|ée|[aioe]d[ao]|[aiu]t[ao]|[nt][yáý])(?!\w)|ge\w{2,16}(?:t|en)(?!\w))"
"""What an account may be said to be, by how such words end."""
GETS = (
    r"(?=[ ](?:gets?|got|sees?|cannot|can't|is (?:refused|locked|blocked|thrown)|bekommt|kriegt|kommt nicht|sieht"
    r"|krijgt"
    r"|får|fick|fik|fikk|saa|sai|reçoit|recibe|recebe|riceve|dostaje|dostał|dostává|dostal|alıyor)(?!\w)"
    r"|[ ]?(?:[,.;]\s|$))"
)
CLOSING = (
    r"(?:thanks|thank you|cheers|regards|danke|vielen dank|(?:viele|liebe|beste|schöne) grüße"
    r"|mit freundlichen grüßen|gruß|gr\.?"
    r"|groet(?:en|jes)?|met vriendelijke groet(?:en)?|bedankt|med venlig hilsen|med vennlig hilsen|vennlig hilsen"
    r"|venlig hilsen|hilsen"
    r"|mvh\.?|tak|takk|tack|hälsningar|med vänlig hälsning|vänliga hälsningar|terveisin|kiitos|t\.|cordialement"
    r"|bien à vous|merci"
    r"|bonne journée|(?:un )?saludos?|atentamente|gracias|atenciosamente|abraços?|obrigad[ao]|cumprimentos"
    r"|cordiali saluti|saluti"
    r"|grazie|pozdrawiam|pozdrowienia|dzięki|z poważaniem|s pozdravem|zdravím|díky|děkuj[iu]|saygılar(?:ımla)?"
    r"|teşekkürler|sağ ?olun)"
)
PERSON = r"(?P<user>[^\W\d_a-zß-öø-ÿ][^\W\d_]{1,20}(?:[ ][^\W\d_a-zß-öø-ÿ][^\W\d_]{1,25})?)"
ANY_CASE = r"(?P<user>[^\W\d_]{3,20}(?:[ ][^\W\d_a-zß-öø-ÿ][^\W\d_]{1,25})?)"
ASIDE = r"(?:[ ]\([^()\n]{1,60}\))"
END = r"[ \t]*\.?\s{0,8}\Z"
OWN = tuple(
    re.compile(pattern)
    for pattern in (
        rf"(?i)(?<![\w.@-])(?:{ACCOUNT})[ ]?[:=][ ]?{NAME}",
        rf"(?i)(?<![\w.@-])(?:{ACCOUNT}){IS}{CODED}",
        rf"(?i)(?<![\w.@-])(?:{NAMED})(?:{IS}|[ ]){NAME}",
        rf"(?i)(?<![\w.@-]){MINE} (?:{ACCOUNT}){IS}{STATE}{NAME}(?=[ ]?(?:[,.;\n]|$))",
        rf"(?i)(?<![\w.@-])(?:{ACCOUNT})[ ]{CODED}",
        rf"(?i)(?<![\w.@-])(?:{ACCOUNT})[ ]{NAME}{GETS}",
        rf"(?i)(?<![\w.@-])(?:signed|logged|log|sign|logging|signing) ?in(?: again)? (?:as|with)(?: user)? {NAME}",
        rf"(?i)(?<![\w.@-])(?:bin |war |melde mich )?als {NAME} (?:angemeldet|eingeloggt|an(?=[,.\s]))",
        rf"(?i)(?<![\w.@-])(?:connectée? en tant que|(?:he )?entrado como|logado como|conectado como|accesso come"
        rf"|ingelogd als"
        rf"|logget ind som|logget inn som|inloggad som|zalogowan[ya] jako|přihlášen[ýa]? jako) {NAME}",
        rf"(?m)(?:^|[.!?,][ ])(?i:{CLOSING})[,!.]?[ ]?\n?[ ]?{PERSON}{ASIDE}?(?=[ \t]*(?:$|[,(]))",
        rf"(?:^|[\n.!?)][ ]?)[-–—~*/]{{1,2}}[ ]?{ANY_CASE}{ASIDE}?{END}",
        rf"(?:\n[ \t]{{0,4}}|[.!?)] ){ANY_CASE}{ASIDE}{END}",
        rf"(?i)(?:^|\n|[.;][ ])name[: ][ ]?{NAME}(?=[ ]?[,;\n])",
    )
)
SUBJECT = re.compile(
    r"['\"`]?[ ](?:can|could|gets?|got|comes?|is in|has no|does|kann|kommt|kam|peut|puede|può|pode|kan|kom|kommer"
    r"|komt"
    r"|może|wchodzi|může|giriyor)(?!\w)"
)
"""What follows the name of somebody of whom it is told how they fare."""
MOST = 6


def own_names(text: str) -> Iterator[str]:
    """The names, in order of how plainly they are the writer's or a refused user's."""
    for pattern in OWN:
        for match in islice(pattern.finditer(text), MOST):
            if match["user"].lower() not in software():
                yield match["user"]


def fares(text: str, name: str) -> bool:
    """Whether a name is first told as that of somebody who does something: `petra gets in`."""
    at = text.find(name)
    return at >= 0 and SUBJECT.match(text, at + len(name)) is not None
