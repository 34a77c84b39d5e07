// private.h (what I flashed on the 14th, git status clean)
// see README for where to get the keys
const String  timezonedbKey = "TZDB_API_KEY";
const String  owKey         = "OWM_API_KEY";
const uint16_t syslogPort   = 514;
String        syslogSrv     = "";
bool          celsius       = true;
String        language      = "en";
