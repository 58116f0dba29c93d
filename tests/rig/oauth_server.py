"""An OAuth 2.0 authorisation server (Authlib on Flask), run as a process of its own.

usage: oauth_server.py HTTPS_PORT HTTP_PORT CHAIN_FILE KEY_FILE

Everything is in memory. People agree at once: `login_hint` says who it is, and one that begins
with `deny` says no. Paths below /rig/ are for the tests.
"""

import json
import secrets
import sys
import threading
import time
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from authlib.integrations.flask_oauth2 import AuthorizationServer
from authlib.oauth2.rfc6749 import ClientMixin, InvalidGrantError, grants
from authlib.oauth2.rfc7009 import RevocationEndpoint
from authlib.oauth2.rfc7523 import JWTBearerGrant
from authlib.oauth2.rfc7636 import CodeChallenge
from authlib.oauth2.rfc7662 import IntrospectionEndpoint
from authlib.oauth2.rfc8628 import (
    DeviceAuthorizationEndpoint,
    DeviceCodeGrant,
    DeviceCredentialDict,
)
from flask import Flask, Response, jsonify, redirect, request
from werkzeug.serving import WSGIRequestHandler, make_server

DEVICE = "urn:ietf:params:oauth:grant-type:device_code"
JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer"


@dataclass
class Client(ClientMixin):  # type: ignore[misc]
    """A registered app."""

    client_id: str
    secret: str = ""
    grants: tuple[str, ...] = ("authorization_code", "refresh_token", DEVICE)
    public_key: str = ""

    def get_client_id(self) -> str:
        return self.client_id

    def get_default_redirect_uri(self) -> None:
        return None

    def get_allowed_scope(self, scope: str) -> str:
        return scope or ""

    def check_redirect_uri(self, uri: str) -> bool:
        parts = urlsplit(uri)  # any port of loopback (RFC 8252 section 7.3)
        return (parts.scheme, parts.hostname, parts.path) == ("http", "127.0.0.1", "/callback")

    def check_client_secret(self, given: str) -> bool:
        return secrets.compare_digest(given, self.secret)

    def check_endpoint_auth_method(self, method: str, _: str) -> bool:
        return method == "none" if not self.secret else method.startswith("client_secret")

    def check_response_type(self, kind: str) -> bool:
        return kind == "code"

    def check_grant_type(self, kind: str) -> bool:
        return kind in self.grants


@dataclass
class Token:
    """What was issued to whom."""

    client: Client
    user: str
    access_token: str
    refresh_token: str | None
    scope: str
    expires_in: int
    issued_at: float
    is_revoked_: bool = False

    def check_client(self, client: Client) -> bool:
        return client.client_id == self.client.client_id

    def get_client(self) -> Client:
        return self.client

    def get_user(self) -> str:
        return self.user

    def get_scope(self) -> str:
        return self.scope

    def get_expires_in(self) -> int:
        return self.expires_in

    def is_expired(self) -> bool:
        return time.time() >= self.issued_at + self.expires_in

    def is_revoked(self) -> bool:
        return self.is_revoked_


@dataclass
class Code:
    """A code on its way."""

    code: str
    client_id: str
    redirect_uri: str
    scope: str
    user: str
    code_challenge: str
    code_challenge_method: str

    def get_redirect_uri(self) -> str:
        return self.redirect_uri

    def get_scope(self) -> str:
        return self.scope


@dataclass
class State:
    """All that the server remembers."""

    clients: dict[str, Client] = field(default_factory=dict)
    tokens: list[Token] = field(default_factory=list)
    codes: dict[str, Code] = field(default_factory=dict)
    devices: dict[str, Any] = field(default_factory=dict)
    approvals: dict[str, str] = field(default_factory=dict)
    requests: list[str] = field(default_factory=list)
    secrets: list[str] = field(default_factory=list)
    lifetime_s: int = 3600
    rotates: bool = True
    acts_for: dict[str, str] = field(default_factory=dict)
    """Which mailbox an app that signs in by itself is told to open."""


STATE = State()


class CodeGrant(grants.AuthorizationCodeGrant):  # type: ignore[misc]
    TOKEN_ENDPOINT_AUTH_METHODS = ("client_secret_post", "client_secret_basic", "none")

    def save_authorization_code(self, code: str, request: Any) -> None:
        payload = request.payload
        STATE.secrets.append(code)
        STATE.codes[code] = Code(
            code,
            request.client.client_id,
            payload.redirect_uri,
            payload.scope,
            request.user,
            payload.data.get("code_challenge"),
            payload.data.get("code_challenge_method"),
        )

    def query_authorization_code(self, code: str, client: Client) -> Code | None:
        found = STATE.codes.get(code)
        return found if found and found.client_id == client.client_id else None

    def delete_authorization_code(self, code: Code) -> None:
        STATE.codes.pop(code.code, None)

    def authenticate_user(self, code: Code) -> str:
        return code.user


class RefreshGrant(grants.RefreshTokenGrant):  # type: ignore[misc]
    TOKEN_ENDPOINT_AUTH_METHODS = ("client_secret_post", "client_secret_basic", "none")

    @property
    def INCLUDE_NEW_REFRESH_TOKEN(self) -> bool:  # noqa: N802
        return STATE.rotates

    def authenticate_refresh_token(self, text: str) -> Token | None:
        for token in STATE.tokens:
            if token.refresh_token == text and not token.is_revoked_:
                return token
        return None

    def authenticate_user(self, token: Token) -> str:
        return token.user

    def revoke_old_credential(self, token: Token) -> None:
        token.is_revoked_ = token.is_revoked_ or STATE.rotates


class AppGrant(grants.ClientCredentialsGrant):  # type: ignore[misc]
    TOKEN_ENDPOINT_AUTH_METHODS = ("client_secret_post", "client_secret_basic")


class DeviceGrant(DeviceCodeGrant):  # type: ignore[misc]
    def query_device_credential(self, code: str) -> Any:
        return STATE.devices.get(code)

    def query_user_grant(self, user_code: str) -> tuple[str, bool] | None:
        user = STATE.approvals.get(user_code)
        return None if user is None else (user, not user.startswith("deny"))

    def should_slow_down(self, credential: Any) -> bool:
        return False


class DeviceEndpoint(DeviceAuthorizationEndpoint):  # type: ignore[misc]
    INTERVAL = 1
    EXPIRES_IN = 60

    def get_verification_uri(self) -> str:
        return "https://oauth.hosting.example/device"

    def save_device_credential(self, client_id: str, scope: str, data: dict[str, Any]) -> None:
        STATE.secrets.append(data["device_code"])
        expires_at = int(time.time()) + data["expires_in"]
        STATE.devices[data["device_code"]] = DeviceCredentialDict(
            client_id=client_id, scope=scope, expires_at=expires_at, **data
        )


class ServiceAccountGrant(JWTBearerGrant):  # type: ignore[misc]
    def get_audiences(self) -> list[str]:
        return ["https://oauth2.googleapis.com/token", "https://oauth.hosting.example/token"]

    def resolve_issuer_client(self, issuer: str) -> Client | None:
        return STATE.clients.get(issuer)

    def resolve_client_public_key(self, client: Client) -> str:
        return client.public_key

    def authenticate_user(self, subject: str) -> str:
        return subject

    def has_granted_permission(self, client: Client, user: str) -> bool:
        if user.startswith("deny"):
            raise InvalidGrantError(description="Not authorised for this mailbox.")
        return True


class Introspection(IntrospectionEndpoint):  # type: ignore[misc]
    CLIENT_AUTH_METHODS = ("client_secret_post", "client_secret_basic")

    def query_token(self, text: str, _: str) -> Token | None:
        return next((each for each in STATE.tokens if each.access_token == text), None)

    def check_permission(self, token: Token, client: Client, _: Any) -> bool:
        return client.client_id == "dovecot"

    def introspect_token(self, token: Token) -> dict[str, Any]:
        user = token.user or STATE.acts_for.get(token.client.client_id, "")
        return {
            "active": True,
            "client_id": token.client.client_id,
            "username": user,
            "scope": token.scope,
            "exp": int(token.issued_at + token.expires_in),
        }


class Revocation(RevocationEndpoint):  # type: ignore[misc]
    CLIENT_AUTH_METHODS = ("client_secret_post", "client_secret_basic", "none")

    def query_token(self, text: str, _: str) -> Token | None:
        for token in STATE.tokens:
            if text in {token.access_token, token.refresh_token}:
                return token
        return None

    def revoke_token(self, token: Token, _: Any) -> None:
        token.is_revoked_ = True


def save_token(token: dict[str, Any], asked: Any) -> None:
    refresh = token.get("refresh_token")
    STATE.secrets += [token["access_token"], *([refresh] if refresh else [])]
    token["expires_in"] = STATE.lifetime_s
    STATE.tokens.append(
        Token(
            asked.client,
            asked.user or "",
            token["access_token"],
            refresh,
            token.get("scope") or "",
            STATE.lifetime_s,
            time.time(),
        )
    )


def application() -> Flask:
    """Return the web application."""
    app = Flask("oauth")
    app.config["OAUTH2_REFRESH_TOKEN_GENERATOR"] = True
    server = AuthorizationServer(app, query_client=STATE.clients.get, save_token=save_token)
    server.register_grant(CodeGrant, [CodeChallenge(required=True)])
    for grant in (RefreshGrant, AppGrant, DeviceGrant, ServiceAccountGrant):
        server.register_grant(grant)
    for endpoint in (DeviceEndpoint, Introspection, Revocation):
        server.register_endpoint(endpoint)

    def authorize(tenant: str = "") -> Any:
        user = request.args.get("login_hint", "nobody@corp.example")
        grant = server.get_consent_grant(end_user=user)
        if user.startswith("deny"):
            target = f"{request.args['redirect_uri']}?error=access_denied&state="
            return redirect(target + request.args.get("state", ""))
        return server.create_authorization_response(grant_user=user, grant=grant)

    def token(tenant: str = "") -> Any:
        return server.create_token_response()

    def device(tenant: str = "") -> Any:
        return server.create_endpoint_response("device_authorization")

    for paths, view in (
        (("/authorize", "/o/oauth2/v2/auth", "/<tenant>/oauth2/v2.0/authorize"), authorize),
        (("/token", "/<tenant>/oauth2/v2.0/token"), token),
        (("/device/code", "/<tenant>/oauth2/v2.0/devicecode"), device),
    ):
        for path in paths:
            methods = ["GET"] if view is authorize else ["POST"]
            app.add_url_rule(path, f"{view.__name__}{path}", view, methods=methods)
    app.add_url_rule(
        "/introspect",
        "introspect",
        lambda: server.create_endpoint_response("introspection"),
        methods=["POST"],
    )
    app.add_url_rule(
        "/revoke",
        "revoke",
        lambda: server.create_endpoint_response("revocation"),
        methods=["POST"],
    )
    app.add_url_rule("/rig/<verb>", "rig", control, methods=["POST"])
    app.after_request(note)
    return app


def note(response: Response) -> Response:
    if not request.path.startswith("/rig/"):
        STATE.requests.append(f"{request.method} {request.path} {response.status_code}")
    return response


def control(verb: str) -> Any:
    """Do what a test asks for and return what it wants to know."""
    given = json.loads(request.get_data() or b"{}")
    match verb:
        case "approve":
            STATE.approvals[given["user_code"]] = given["user"]
        case "revoke":
            for token in STATE.tokens:
                token.is_revoked_ = token.is_revoked_ or token.user == given["user"]
        case "expire":
            for token in STATE.tokens:
                if token.user == given["user"]:
                    token.issued_at -= token.expires_in
        case "set":
            for name, value in given.items():
                setattr(STATE, name, value)
        case "client":
            STATE.clients[given["client_id"]] = Client(
                given["client_id"],
                given.get("secret", ""),
                tuple(given.get("grants", ("authorization_code", "refresh_token", DEVICE))),
                given.get("public_key", ""),
            )
        case "act-for":
            STATE.acts_for[given["client_id"]] = given["user"]
        case "pending":
            return jsonify([each["user_code"] for each in STATE.devices.values()])
        case "secrets":
            return jsonify(STATE.secrets)
        case "requests":
            return jsonify(STATE.requests)
    return jsonify({})


class Quiet(WSGIRequestHandler):
    """Logs nothing: addresses carry codes."""

    def log(self, type: str, message: str, *args: Any) -> None:  # noqa: A002
        return None


def main(https_port: str, http_port: str, chain_file: str, key_file: str) -> None:
    """Serve until somebody ends the process."""
    STATE.clients |= {
        client.client_id: client
        for client in (
            Client("mailctl-public"),
            Client("mailctl-secret", "shh-client-secret"),
            Client("mailctl-daemon", "shh-daemon-secret", ("client_credentials",)),
            Client("dovecot", "introspects", ()),
        )
    }
    app = application()
    servers = [
        make_server(
            "127.0.0.1",
            int(https_port),
            app,
            threaded=True,
            request_handler=Quiet,
            ssl_context=(chain_file, key_file),
        ),
        make_server("127.0.0.1", int(http_port), app, threaded=True, request_handler=Quiet),
    ]
    threads = [threading.Thread(target=server.serve_forever) for server in servers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


if __name__ == "__main__":
    main(*sys.argv[1:])
