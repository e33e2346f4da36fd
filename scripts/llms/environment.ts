/** What both programs read of the environment: `llms-full.txt` lists it. One row a variable. */
export const CLI_VARIABLES = [
  ['GATEWAY_API_URL', 'the server; by default what the login is for, then http://127.0.0.1:8787'],
  ['GATEWAY_API_KEY', 'an API key; goes before a login'],
  ['GATEWAY_JSON', '1: as if --json were given'],
  ['GATEWAY_NO_INPUT', '1: as if --no-input were given'],
  ['GATEWAY_PROFILE', 'which stored login to use'],
  ['GATEWAY_CONFIG_DIR', 'the folder of logins and preferences; by default ~/.gateway'],
  ['GATEWAY_CREDENTIAL_STORE', 'file: keep secrets in the file even where there is a keychain'],
  ['GATEWAY_NO_UPDATE_NOTICE', '1: do not say that an update exists'],
  ['GATEWAY_COMPLETION_MS', 'how long completion waits for live values'],
  ['NO_COLOR, FORCE_COLOR', 'no colours, or colours where they would not be'],
] as const;

export const SERVER_VARIABLES = [
  ['GATEWAY_HOST, GATEWAY_PORT', 'where it listens; 127.0.0.1 and 8787 by default, port 0 takes a free one'],
  ['GATEWAY_PUBLIC_URL', 'what it calls itself in links and tokens'],
  ['GATEWAY_DATA_DIR', 'the embedded database, generated secrets, the journal; by default ~/.gateway/server'],
  ['DATABASE_URL', 'Postgres instead of the embedded database'],
  ['REDIS_URL', 'what several processes share besides the database: limits, cache, health'],
  ['GATEWAY_SECRET', 'required with DATABASE_URL, the same on every server'],
  ['LLM_<PROVIDER>_API_KEY, LLM_<PROVIDER>_BASE_URL', 'provider credentials, several keys comma-separated'],
  ['LLM_<PROVIDER>_<SETTING>', 'what a provider takes besides a key: LLM_AZURE_RESOURCE, LLM_AWS_BEDROCK_REGION'],
  ['GATEWAY_OIDC_ISSUER, GATEWAY_OIDC_CLIENT_ID, GATEWAY_OIDC_AUDIENCE, GATEWAY_OIDC_SCOPES', 'an external issuer'],
  ['GATEWAY_BOOTSTRAP_KEY, GATEWAY_BOOTSTRAP_CREDIT_USD', 'on an empty database: a first key, its opening credit'],
  ['SMTP_URL, GATEWAY_MAIL_FROM', 'sign-in codes by e-mail; without it they are in the log'],
  ['GATEWAY_MAX_BODY_BYTES', 'larger requests are answered 413; 32 MiB by default'],
  ['GATEWAY_TRUST_PROXY', 'how many proxies to believe for the address of a client'],
  ['GATEWAY_CATALOG_URL', 'the public list of models and prices; https://models.dev/api.json by default'],
  ['GATEWAY_CATALOG_REFRESH_HOURS', 'how often that list is looked for; 24 by default, 0: never'],
  ['GATEWAY_FREE_REQUESTS', 'how many requests to free models an organisation may make; 5/10m by default, or off'],
  ['GATEWAY_FREE_REQUESTS_AFTER_PURCHASE', 'the same once credit was bought for it; 20/1m by default, or off'],
  ['LOG_LEVEL', 'of the structured log on stderr; info by default'],
] as const;
