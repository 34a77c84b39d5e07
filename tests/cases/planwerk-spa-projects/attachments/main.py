from fastapi import FastAPI
from fastapi.middleware.cors import CORSMiddleware
from fastapi_keycloak_middleware import KeycloakConfiguration, KeycloakMiddleware

app = FastAPI()

app.add_middleware(
    CORSMiddleware,
    allow_origins=["*"],
    allow_credentials=True,
    allow_methods=["*"],
    allow_headers=["*"],
)

app.add_middleware(
    KeycloakMiddleware,
    keycloak_configuration=KeycloakConfiguration(
        url="https://sso.planwerk.test",
        realm="planwerk",
        client_id="planwerk-api",
        client_secret=settings.KC_SECRET,
    ),
)
