"""Phrases of log-in pages, pay walls, consent pages and error pages: data for `core.text.notices`."""

from typing import Final

NOTICE_PHRASES_TABLE: Final = (
    # English
    "page not found", "error 403", "error 404", "404 not found", "no longer available", "no longer exists",
    "enable javascript", "needs javascript", "requires javascript", "javascript is", "ad blocker", "adblocker",
    "log in", "login", "sign in", "signin", "sign up", "password", "username", "register", "cookies", "privacy policy",
    "subscribe", "subscribed", "subscriber", "subscribers", "subscribing", "subscription", "subscriptions", "captcha",
    "access denied", "your browser", "account", "free articles",
    # German
    "seite nicht gefunden", "fehler 404", "anmelden", "einloggen", "passwort", "registrieren", "datenschutz",
    "datenschutzerklärung", "datenschutzhinweise", "datenschutzbestimmungen", "abonnieren", "abonniert", "abonnement",
    "abonnent", "abonnenten", "ihr browser",
    # French
    "page introuvable", "erreur 404", "se connecter", "mot de passe", "inscrivez", "abonnez", "abonner", "abonné",
    "abonnés", "abonnements", "votre navigateur",
    # Spanish
    "página no encontrada", "iniciar sesión", "contraseña", "regístrate", "suscribirse", "suscríbete", "suscripción",
    "suscriptor", "suscriptores", "tu navegador",
)  # fmt: skip
"""Phrases: words that stand next to each other. Case, accents and marks do not count."""
