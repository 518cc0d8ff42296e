"""Django settings: every value that varies comes from the environment (`deploy/exemple.env`)."""

from pathlib import Path

from csp.constants import NONCE, NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from echange.socle.environnement import (
    lire_base,
    lire_booleen,
    lire_chemin,
    lire_choix,
    lire_entier,
    lire_liste,
    lire_texte,
    lire_url,
)

BASE_DIR = Path(__file__).resolve().parent.parent
LOCAL_DIR = BASE_DIR / ".local"

MODE = lire_choix("ECHANGE_MODE", ("production", "demo", "test"), "production")
DEMO = MODE == "demo"
DEBUG = lire_booleen("DEBUG")
if DEBUG and MODE == "production":
    raise ImproperlyConfigured("DEBUG=1 is refused when ECHANGE_MODE is production.")

SECRET_KEY = lire_texte("SECRET_KEY")
CLE_FLOU = lire_texte("CLE_FLOU", SECRET_KEY)  # never rotate: every blurred position would move
ADRESSE_DU_SITE = lire_texte("ADRESSE_DU_SITE", "http://localhost:8000").rstrip("/")
ALLOWED_HOSTS = lire_liste("ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]")
CSRF_TRUSTED_ORIGINS = [ADRESSE_DU_SITE]
MARQUE_ETAT = lire_booleen("MARQUE_ETAT")

INSTALLED_APPS = [
    "echange.socle",
    "territoires",
    "profils",
    "matching",
    "messagerie",
    "animation",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "channels",
    "csp",
    "django_htmx",
    "procrastinate.contrib.django",
    "wagtail.contrib.redirects",
    "wagtail.contrib.settings",
    "wagtail.users",
    "wagtail.sites",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.snippets",
    "wagtail.embeds",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "modelcluster",
    "taggit",
    "dsfr",
    "widget_tweaks",
    "django.forms",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.gis",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.sessions",
    "django.contrib.sitemaps",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "echange.socle.statiques.FichiersStatiques",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "echange.socle.middleware.ErreursMetier",
    "wagtail.contrib.redirects.middleware.RedirectMiddleware",
]

ROOT_URLCONF = "echange.urls"
ASGI_APPLICATION = "echange.asgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "echange.socle.context_processors.site",
                "profils.context_processors.entreprise",
                "messagerie.context_processors.non_lus",
                "animation.context_processors.animation",
            ],
            "builtins": [
                "echange.socle.templatetags.francais",
                "echange.socle.templatetags.inclusion",
            ],
        },
    }
]
DSFR_CONTENT_IS_SAFE = False  # django-dsfr prints unescaped text otherwise (stored XSS)
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

DATABASES = {"default": lire_base("DATABASE_URL")}
DATABASES["default"]["OPTIONS"] |= {  # type: ignore[operator]
    # One pool per process: persistent connections are not an option under ASGI's threads.
    "pool": {"min_size": 1, "max_size": lire_entier("CONNEXIONS_MAX", 20), "timeout": 10},
    # What asks to be prepared is (`echange.socle.requetes`); nothing else ever runs often enough.
    "prepare_threshold": 1_000_000_000,
    # PostgreSQL compiles what it believes costly: 100 ms for a search that takes 8 (cercles, measured).
    # A prepared statement keeps one plan, whatever its values.
    "options": "-c jit=off -c plan_cache_mode=force_generic_plan",
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

CONNEXIONS_DIRECT = lire_entier("CONNEXIONS_DIRECT", 12)  # per process, for the live sockets alone
REDIS_URL = lire_texte("REDIS_URL", "")  # carries the wake-ups instead of PostgreSQL's NOTIFY
# Wagtail's own small tasks (search index) run at once; our work goes to procrastinate. See docs/adr.
# A mail sent leaves no copy of itself, nor of its code, in the queue's table.
# Four at once: a tour computes for minutes, and somebody is waiting for her code meanwhile.
PROCRASTINATE_WORKER_DEFAULTS = {"delete_jobs": "successful", "concurrency": 4}
PROCRASTINATE_ON_APP_READY = "echange.socle.file.brancher"
TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}

AUTH_USER_MODEL = "profils.Utilisateur"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "profils:accueil"
LOGOUT_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "profils.comptes.AdaptateurCompte"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*"]
ACCOUNT_EMAIL_VERIFICATION = "none"  # the code of each sign-in is the verification: no second stage
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False  # a closed account gets no mail, an unknown e-mail gets an account
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_FORMAT = {"numeric": True, "length": 6, "dashed": False}
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 900  # seconds
ACCOUNT_LOGIN_BY_CODE_SUPPORTS_RESEND = True
# Three tries per code: the chance of guessing one of six digits stays under 1 in 1 000 a day.
ACCOUNT_RATE_LIMITS = {
    "request_login_code": "30/m/ip,300/d/ip,5/15m/key",
    "demande_sans_compte": "30/m/ip,300/d/ip,5/15m/key",  # an event, a letter: a mail to an address
}
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_FORMS = {
    "request_login_code": "profils.comptes.FormulaireConnexion",
    "confirm_login_code": "profils.comptes.FormulaireCode",
}
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_EMAIL_NOTIFICATIONS = False

# Whoever animates proves a phone too (see profils/second_facteur.py); demonstration accounts have none.
SECOND_FACTEUR = lire_booleen("SECOND_FACTEUR", defaut=MODE == "production")
MFA_ADAPTER = "profils.second_facteur.AdaptateurSecondFacteur"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Échange"
MFA_TOTP_TOLERANCE = 1  # periods of 30 s: a phone's clock is never quite right
MFA_REAUTHENTICATION_REQUIRED = False  # every entry is a fresh code already

SILENCED_SYSTEM_CHECKS = ["gis.W001"]  # Debian 12 has GDAL 3.6: we open no file or network source with it

LANGUAGE_CODE = "fr"
TIME_ZONE = "Europe/Paris"
USE_TZ = True
USE_I18N = True
WAGTAIL_I18N_ENABLED = False

STATIC_URL = "/static/"
STATIC_ROOT = lire_chemin("STATIC_ROOT", LOCAL_DIR / "statiques")
MEDIA_URL = "/media/"
MEDIA_ROOT = lire_chemin("MEDIA_ROOT", LOCAL_DIR / "media")
PIECES_DIR = lire_chemin("PIECES_DIR", LOCAL_DIR / "pieces")  # private: nothing serves it but our view
STATICFILES_DIRS = [BASE_DIR / "echange" / "static"]
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "echange.socle.marque.ApplicationsSansMarqueEtat",
]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if MODE == "test" or DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = MODE == "test" or DEBUG

COURRIELS_DIR = lire_chemin("COURRIELS_DIR", LOCAL_DIR / "courriels")
DEFAULT_FROM_EMAIL = lire_texte("COURRIEL_EXPEDITEUR", "Échange <bonjour@echange.example>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
if DEMO:
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = COURRIELS_DIR
else:
    EMAIL_HOST = lire_texte("SMTP_HOTE", "localhost")
    EMAIL_PORT = lire_entier("SMTP_PORT", 25)
    EMAIL_HOST_USER = lire_texte("SMTP_UTILISATEUR", "")
    EMAIL_HOST_PASSWORD = lire_texte("SMTP_MOT_DE_PASSE", "")
    EMAIL_USE_TLS = lire_booleen("SMTP_TLS")
    EMAIL_TIMEOUT = 10

# Answering a conversation by mail: the domain whose mail comes to us. Empty, people answer on the site.
COURRIEL_REPONSE_DOMAINE = lire_texte("COURRIEL_REPONSE_DOMAINE", "")
COURRIEL_RECEPTION = lire_texte("COURRIEL_RECEPTION", "127.0.0.1:8024")  # where `recevoir_courriels` listens
COURRIEL_AUTHSERV = lire_texte("COURRIEL_AUTHSERV", "")
COURRIEL_ENTRANT = lire_choix("COURRIEL_ENTRANT", ("", "mailgun", "mailjet", "postmark"), "")
COURRIEL_ENTRANT_SECRET = lire_texte("COURRIEL_ENTRANT_SECRET", "")
if COURRIEL_ENTRANT and not COURRIEL_ENTRANT_SECRET:
    raise ImproperlyConfigured("COURRIEL_ENTRANT needs COURRIEL_ENTRANT_SECRET.")
if COURRIEL_ENTRANT:
    DATA_UPLOAD_MAX_MEMORY_SIZE = 36 * 1024 * 1024  # bytes: a mail of 25 MB, as providers post it

# Web Push: without a key nothing of it is shown. Addresses outside of these hosts are refused.
VAPID_CLE_PRIVEE = lire_texte("VAPID_CLE_PRIVEE", "")
VAPID_CONTACT = lire_texte("VAPID_CONTACT", "mailto:bonjour@echange.example")
PUSH_HOTES = lire_liste(
    "PUSH_HOTES", "fcm.googleapis.com,push.services.mozilla.com,notify.windows.com,push.apple.com"
)

GEOCODAGE_DOMAINE = lire_texte("GEOCODAGE_DOMAINE", "data.geopf.fr/geocodage")
GEOCODAGE_PROTOCOLE = lire_choix("GEOCODAGE_PROTOCOLE", ("https", "http"), "https")
GEOCODAGE_ACTIF = lire_booleen("GEOCODAGE_ACTIF", defaut=MODE == "production")
API_COMMUNES = lire_texte("API_COMMUNES", "https://geo.api.gouv.fr")
# Without tiles the map draws communes' names from our own table: nothing leaves for a third party.
CARTE_TUILES_URL = lire_texte("CARTE_TUILES_URL", "")
CARTE_TUILES_MENTION = lire_texte("CARTE_TUILES_MENTION", "")

VISIO_URL = lire_url("VISIO_URL", "")  # where rooms are made up; empty: the companies give their own link
COMPENSATION_URL = lire_url("COMPENSATION_URL", "")  # the page that explains « paiement par compensation »

WAGTAIL_SITE_NAME = "Échange"
WAGTAIL_DATE_FORMAT = "%d/%m/%Y"
WAGTAIL_DATETIME_FORMAT = "%d/%m/%Y %H:%M"
WAGTAILADMIN_BASE_URL = ADRESSE_DU_SITE
WAGTAILADMIN_LOGIN_URL = "account_login"
WAGTAIL_FRONTEND_LOGIN_URL = "/compte/connexion/"
WAGTAIL_PASSWORD_MANAGEMENT_ENABLED = WAGTAILUSERS_PASSWORD_ENABLED = False
WAGTAIL_EMAIL_MANAGEMENT_ENABLED = False  # an address is what signs in: it changes by proving the new one
WAGTAIL_USER_TIME_ZONES = [TIME_ZONE]
WAGTAILDOCS_PRIVATE_COLLECTION_OPTIONS = {"SHARED_PASSWORD": False}
WAGTAIL_WORKFLOW_ENABLED = True  # guides are submitted to the référents; a team publishes the rest itself
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAIL_ALLOW_UNICODE_SLUGS = False  # an address that one can spell on the phone
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAIL_CONTENT_LANGUAGES = WAGTAILADMIN_PERMITTED_LANGUAGES = LANGUAGES = [("fr", "Français")]
WAGTAILSEARCH_BACKENDS = {
    "default": {"BACKEND": "wagtail.search.backends.database", "SEARCH_CONFIG": "francais"}
}

_tuiles = [f"https://{CARTE_TUILES_URL.split('/')[2]}"] if CARTE_TUILES_URL.startswith("https://") else []
CONTENT_SECURITY_POLICY = {
    "EXCLUDE_URL_PREFIXES": ["/cms/"],  # Wagtail's admin sets inline scripts of its own
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF, NONCE],
        "style-src": [SELF],
        "img-src": [SELF, "data:", *_tuiles],
        "connect-src": [SELF],
        "font-src": [SELF],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    },
}
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_AGE = 60 * 60 * 24 * 60  # seconds: an owner who comes twice a month stays signed in
CSRF_COOKIE_HTTPONLY = True
if ADRESSE_DU_SITE.startswith("https://"):
    SECURE_REDIRECT_EXEMPT = [r"^sante/$"]  # asked by the host itself, without the proxy
    SECURE_SSL_REDIRECT = lire_booleen("REDIRIGER_HTTPS", defaut=True)
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_HSTS_SECONDS = 60 * 60 * 24 * 365
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"ligne": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "filters": {"sans_arguments": {"()": "echange.socle.journal.SansArguments"}},
    "handlers": {
        "console": {"class": "logging.StreamHandler", "formatter": "ligne", "filters": ["sans_arguments"]}
    },
    # Registering tasks at import is not news.
    "loggers": {
        "django_tasks": {"level": "WARNING"},
        "wagtail": {"level": "WARNING"},
        "procrastinate.blueprints": {"level": "WARNING"},
        "procrastinate.periodic": {"level": "WARNING"},
        "mail.log": {"level": "WARNING"},  # aiosmtpd says every address
        "psycopg.pool": {"level": "ERROR"},  # says each attempt while the database is away
    },
    "root": {"handlers": ["console"], "level": lire_texte("JOURNAL_NIVEAU", "INFO")},
}
