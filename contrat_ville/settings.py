"""Every setting, read from the environment; safe by default, loud when something is missing.

MODE is `production` (default), `demo` (SQLite, everything in one process) or `epreuve` (tests).
"""

import base64
import hashlib
from pathlib import Path

import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

RACINE = Path(__file__).resolve().parent.parent
env = environ.Env()

MODE = env("MODE", default="production")
PRODUCTION = MODE == "production"

OBLIGATOIRES = {
    "SECRET_KEY": "une longue chaîne secrète et aléatoire",
    "ALLOWED_HOSTS": "les noms du site, séparés par des virgules",
    "DATABASE_URL": "postgres://compte:motdepasse@hote:5432/base",
    "CLES_CHIFFREMENT": "une ou plusieurs clés Fernet, la plus récente d’abord",
    "URL_PUBLIQUE": "https://le-nom-public-du-site",
}
if PRODUCTION and (absents := [nom for nom in OBLIGATOIRES if not env(nom, default="")]):
    phrases = "\n".join(f"  {nom} : {OBLIGATOIRES[nom]}" for nom in absents)
    raise ImproperlyConfigured(f"Il manque dans l’environnement :\n{phrases}")

DONNEES = Path(env("DONNEES", default=str(RACINE / ".demo")))
SECRET_KEY = env("SECRET_KEY", default="hors-production-" + "x" * 50)
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost", "testserver"])
URL_PUBLIQUE = env("URL_PUBLIQUE", default="http://127.0.0.1:8000").rstrip("/")
EMPREINTE = hashlib.sha256(SECRET_KEY.encode()).digest()
CLE_HORS_PRODUCTION = base64.urlsafe_b64encode(EMPREINTE).decode()
CLES_CHIFFREMENT = env.list("CLES_CHIFFREMENT", default=[CLE_HORS_PRODUCTION])
DEBUG = False

INSTALLED_APPS = [
    "contrat_ville",
    "quartiers",
    "partenaires",
    "appels",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.sitemaps",
    "django.contrib.staticfiles",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "crispy_forms",
    "post_office",
    "csp",
]

MIDDLEWARE = [
    "contrat_ville.middleware.Horloge",
    "contrat_ville.middleware.EntetesDePage",
    "csp.middleware.CSPMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "contrat_ville.middleware.CaracteresInterdits",
    "contrat_ville.middleware.EnvoisMalRecus",
    "django.middleware.csrf.CsrfViewMiddleware",
    "contrat_ville.middleware.Personnes",
    "contrat_ville.middleware.Journal",
    "contrat_ville.middleware.ConnexionRequise",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "contrat_ville.middleware.SessionsTenues",
    "contrat_ville.middleware.SecondFacteur",
    "contrat_ville.middleware.EnvoisGardes",
]

ROOT_URLCONF = "contrat_ville.urls"
WSGI_APPLICATION = "contrat_ville.wsgi.application"
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
TEMPLATES = [
    {
        "BACKEND": "contrat_ville.gabarits.Gabarits",
        "NAME": "django",
        "DIRS": [RACINE / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "appels.socle.chaque_page.maison",
            ],
            "builtins": ["partenaires.socle.balises.formulaires"],
            "libraries": {
                "appel": "appels.socle.balises.appel",
                "champs": "partenaires.socle.balises.champs",
                "demonstration": "partenaires.socle.balises.demonstration",
                "droits": "appels.socle.balises.droits",
                "notes": "appels.socle.balises.notes",
            },
        },
    }
]
CRISPY_TEMPLATE_PACK = "formulaires"
CRISPY_ALLOWED_TEMPLATE_PACKS = ("formulaires",)
CRISPY_FAIL_SILENTLY = False

# --- Data -------------------------------------------------------------------------------------
DATABASES = {"default": env.db("DATABASE_URL", default=f"sqlite:///{DONNEES / 'base.sqlite3'}")}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 30,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
    }
else:
    DATABASES["default"].setdefault("CONN_MAX_AGE", 60)
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
    # Short queries: compiling one costs more than it saves (`mesurer --pages`)
    DATABASES["default"].setdefault("OPTIONS", {})["options"] = "-c jit=off"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {
    # The tries of sign-in, reset and second factor: nothing takes a row away before its end.
    "default": {
        "BACKEND": "partenaires.socle.limites.Limites",
        "LOCATION": "limites",
        "OPTIONS": {"MAX_ENTRIES": 1_000_000_000},
    },
    # Public pages as they were sent, in each process. The number of the parution is in the key:
    # never stale.
    "pages": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": "pages",
        "TIMEOUT": 3600,
        "OPTIONS": {"MAX_ENTRIES": 600},
    },
}
# Names that carry the fingerprint of the content. The image is built before any secret exists, so
# outside production: there the variable asks for the names that production will serve.
STATIQUES_NOMMES = env.bool("STATIQUES_NOMMES", default=PRODUCTION)
MEDIA_ROOT = Path(env("MEDIA_ROOT", default=str(DONNEES / "fichiers")))
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "contrat_ville.statiques.Statiques"
        if STATIQUES_NOMMES
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
FILE_UPLOAD_PERMISSIONS = 0o600
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_500_000
DATA_UPLOAD_MAX_NUMBER_FIELDS = 3000
DATA_UPLOAD_MAX_NUMBER_FILES = 20
# In memory, up to what a file may weigh: a temporary file could fill a disk.
FILE_UPLOAD_HANDLERS = ["partenaires.socle.televersement.EnMemoire"]
ANTIVIRUS_URL = env("ANTIVIRUS_URL", default="")  # tcp://clamd:3310 or unix:///run/clamav/clamd.ctl
ANTIVIRUS_DELAI = env.int("ANTIVIRUS_DELAI", default=20)  # seconds without an answer
TAILLE_MAX_PIECE = env.int("TAILLE_MAX_PIECE", default=10 * 1024 * 1024)  # bytes
# Bytes kept for an organisation; bytes that a person sends in an hour for none; days before what
# was removed leaves the disk, and before a mail that was sent loses its words.
QUOTA_ORGANISME = env.int("QUOTA_ORGANISME", default=1024 * 1024 * 1024)
DEBIT_PERSONNE = env.int("DEBIT_PERSONNE", default=300 * 1024 * 1024)
DELAI_EFFACEMENT = env.int("DELAI_EFFACEMENT", default=30)
# What a request may weigh, said whole before it is read: three files and their form. Beyond, 413.
ENVOI_MAX = 4 * TAILLE_MAX_PIECE
# Seconds of processor, then of the clock, bytes: to open one file in a child process.
OUVERTURE = {"calcul": 20, "delai": 60, "memoire": 1024 * 1024 * 1024}

STATIC_URL = "/static/"
STATIC_ROOT = Path(
    env("STATIC_ROOT", default=str(RACINE / "statiques" if PRODUCTION else DONNEES / "statiques"))
)
if not PRODUCTION:
    STATIC_ROOT.mkdir(parents=True, exist_ok=True)
STATICFILES_DIRS = [RACINE / "static"]
WHITENOISE_USE_FINDERS = not PRODUCTION
WHITENOISE_AUTOREFRESH = False

# --- Places: empty, the address search is not offered (https://data.geopf.fr/geocodage/search) --
GEOCODEUR_URL = env("GEOCODEUR_URL", default="")
# Organisations: the same (https://recherche-entreprises.api.gouv.fr/search)
ANNUAIRE_URL = env("ANNUAIRE_URL", default="")
for nom, adresse in {"GEOCODEUR_URL": GEOCODEUR_URL, "ANNUAIRE_URL": ANNUAIRE_URL}.items():
    if PRODUCTION and adresse and not adresse.startswith("https://"):
        raise ImproperlyConfigured(f"{nom} doit commencer par https://")

# --- Language and time -------------------------------------------------------------------------
LANGUAGE_CODE = "fr"
LANGUAGES = [("fr", "Français")]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Europe/Paris"

# --- People ------------------------------------------------------------------------------------
AUTH_USER_MODEL = "partenaires.Utilisateur"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("email", "prenom", "nom")},
    },
    {"NAME": "partenaires.socle.mots_de_passe.PasDevinable"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/espace/"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_SIGNUP_FORM_CLASS = "partenaires.comptes.forms.comptes.InscriptionForm"
ACCOUNT_FORMS = {
    "login": "partenaires.comptes.forms.entree.ConnexionForm",
    "signup": "partenaires.comptes.forms.entree.CompteForm",
    "reset_password": "partenaires.comptes.forms.entree.OubliForm",
    "add_email": "partenaires.comptes.forms.entree.AdresseForm",
}
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_CONFIRM_EMAIL_ON_GET = False
# Only in the browser that signed up: the link alone, in another, signs nobody in.
ACCOUNT_LOGIN_ON_EMAIL_CONFIRMATION = True
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_LOGOUT_REDIRECT_URL = "/"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_CHANGE_EMAIL = False
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_ADAPTER = "partenaires.comptes.adaptateur.Adaptateur"
# « n/duration/of what ». What a known browser does is counted apart, so that nobody locks the
# holder out (partenaires/comptes/essais.py). The limits of allauth that those replace are None.
ACCOUNT_RATE_LIMITS: dict[str, str | None] | bool = {
    "verifier_recepisse": "60/h/ip",
    "rejoindre_organisme": "20/h/user",
    "retrouver_organisme": "20/h/user",
    "code_derogation": "20/h/user",
    "essai_connexion": "10/m/ip,5/5m/key",
    "essai_code": "10/m/ip,5/5m/key",
    "essai_oubli": "20/m/ip,5/10m/key",
    "essai_navigateur_connu": "10/5m/key",
    "login": None,
    "login_failed": None,
    "reset_password": None,
    "ecrire_au_service": "5/h/ip,3/h/key",
}
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if PRODUCTION else "http"
# Minutes since one signed in, or confirmed who one is, during which what is sensitive is not asked
# again: a password, an address, a RIB, an export, a release, a publication.
CONFIRMATION_DELAI = env.int("CONFIRMATION_DELAI", default=15)
CONFIRMATION_EXIGEE = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = CONFIRMATION_DELAI * 60
# Minutes without an act of the person before the session ends.
INACTIVITE_SERVICE = env.int("INACTIVITE_SERVICE", default=60)  # the service and the funders
INACTIVITE_PORTEURS = env.int("INACTIVITE_PORTEURS", default=240)  # the others
CONNEXIONS_CONSERVEES = env.int("CONNEXIONS_CONSERVEES", default=365)  # days
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", "webauthn"]
MFA_TOTP_ISSUER = "Cœur de Quartier"
MFA_TOTP_TOLERANCE = 1  # steps of 30 seconds, before and after: clocks drift
MFA_FORMS = {
    "authenticate": "partenaires.comptes.forms.second_facteur.CodeForm",
    "reauthenticate": "partenaires.comptes.forms.second_facteur.CodeDeConfirmationForm",
    "activate_totp": "partenaires.comptes.forms.second_facteur.ActivationForm",
    "add_webauthn": "partenaires.comptes.forms.second_facteur.CleForm",
    "login_webauthn": "partenaires.comptes.forms.second_facteur.EntreeParCleForm",
    "authenticate_webauthn": "partenaires.comptes.forms.second_facteur.SecondeCleForm",
    "reauthenticate_webauthn": "partenaires.comptes.forms.second_facteur.CleDeConfirmationForm",
    "edit_webauthn": "partenaires.comptes.forms.second_facteur.NomDeLaCleForm",
}
MFA_ADAPTER = "partenaires.comptes.adaptateur.AdaptateurDesCles"
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_USER_VERIFICATION = "required"  # a PIN or a finger: a stolen key opens nothing
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = MODE == "demo"  # http://localhost
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("PROXYS_DE_CONFIANCE", default=1 if PRODUCTION else 0)
if PRODUCTION and ALLAUTH_TRUSTED_PROXY_COUNT < 1:
    raise ImproperlyConfigured(
        "PROXYS_DE_CONFIANCE vaut au moins 1 : le portail est derrière un serveur TLS, et sans son "
        "en-tête X-Forwarded-For tous les visiteurs n’en feraient qu’un."
    )
SECOND_FACTEUR_EXIGE = MODE != "demo"

# --- Mail --------------------------------------------------------------------------------------
EMAIL_BACKEND = "partenaires.socle.courriels.BoiteEnvoi"
DEFAULT_FROM_EMAIL = env(
    "EXPEDITEUR", default="Cœur de Quartier <ne-pas-repondre@coeur-de-quartier.example>"
)
SERVER_EMAIL = DEFAULT_FROM_EMAIL
_smtp = env.email_url("EMAIL_URL", default="smtp://127.0.0.1:25")
EMAIL_HOST = _smtp["EMAIL_HOST"]
EMAIL_PORT = _smtp["EMAIL_PORT"]
EMAIL_HOST_USER = _smtp["EMAIL_HOST_USER"]
EMAIL_HOST_PASSWORD = _smtp["EMAIL_HOST_PASSWORD"]
EMAIL_USE_TLS = _smtp.get("EMAIL_USE_TLS", False)
EMAIL_USE_SSL = _smtp.get("EMAIL_USE_SSL", False)
EMAIL_TIMEOUT = 20
# In a day: sent by one person, received by one address.
INVITATIONS_PAR_PERSONNE = env.int("INVITATIONS_PAR_PERSONNE", default=30)
INVITATIONS_PAR_ADRESSE = env.int("INVITATIONS_PAR_ADRESSE", default=3)
POST_OFFICE = {
    "BACKENDS": {
        "default": "django.core.mail.backends.dummy.EmailBackend"
        if MODE == "demo"
        else "django.core.mail.backends.smtp.EmailBackend"
    },
    "CELERY_ENABLED": False,
    "BATCH_SIZE": 1,
    "MESSAGE_ID_ENABLED": True,
    "MESSAGE_ID_FQDN": URL_PUBLIQUE.split("//")[-1].split("/")[0].split(":")[0],
    "LOG_LEVEL": 2,
}

# The head of each daily seal of the log is also sent there: a box that the server cannot empty.
ADRESSES_DU_SCEAU = env.list("ADRESSES_DU_SCEAU", default=[])

# --- Jobs: the database decides, Celery only wakes ----------------------------------------------
CELERY_BROKER_URL = env("REDIS_URL", default="memory://localhost/")
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# Seconds: a broker that is away or mute is given up soon, somebody waits for the page.
OPTIONS_DU_COURTIER = {
    "visibility_timeout": 300,
    "socket_timeout": 5,
    "socket_connect_timeout": 2,
    "max_retries": 0,
    "unacked_restore_throttle": 10,
}
EST_REDIS = CELERY_BROKER_URL.startswith("redis")
CELERY_BROKER_TRANSPORT_OPTIONS = OPTIONS_DU_COURTIER if EST_REDIS else {}
CELERY_TIMEZONE = TIME_ZONE
CELERY_BEAT_SCHEDULE_FILENAME = env("BEAT_FICHIER", default=str(DONNEES / "beat"))
# Seconds between two looks at the database: one query says what waits, and wakes it. What waits for
# no row but for an hour (reminders, summaries, seals, what is kept too long) looks less often.
CADENCE = env.int("CADENCE", default=5 if MODE == "demo" else 60)
CADENCES = {
    "appels.veiller": CADENCE,
    "appels.rappeler": 5 * CADENCE,
    "appels.imprimer": 5 * CADENCE,
    "appels.analyser": 10 * CADENCE,
    "appels.rattraper_la_masse": 15 * CADENCE,
    "appels.resumer": 15 * CADENCE,
    "appels.sceller": 15 * CADENCE,
    "appels.oublier": 30 * CADENCE,
    "appels.effacer": 30 * CADENCE,
}
CELERY_BEAT_SCHEDULE = {
    nom: {"task": nom, "schedule": secondes, "options": {"expires": secondes * 2}}
    for nom, secondes in CADENCES.items()
}
# Seconds of processor, of the clock (a busy server is no document too long), bytes, characters.
RENDU_PDF = {"calcul": 30, "delai": 180, "memoire": 768 * 1024 * 1024, "taille_html": 1_000_000}

# --- Security -----------------------------------------------------------------------------------
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "object-src": [NONE],
        "frame-ancestors": [NONE],
    }
}
SESSION_ENGINE = "partenaires.models.session"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = MODE != "demo"
if PRODUCTION:
    SESSION_COOKIE_NAME = "__Host-session"
    CSRF_COOKIE_NAME = "__Host-jeton"
NAVIGATEUR_COOKIE_NAME = "__Host-navigateur" if PRODUCTION else "navigateur"
CSRF_FAILURE_VIEW = "appels.socle.vues.erreurs.jeton_refuse"
CSRF_TRUSTED_ORIGINS = [URL_PUBLIQUE]
SECURE_SSL_REDIRECT = PRODUCTION
SECURE_REDIRECT_EXEMPT = [r"^sante/"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if PRODUCTION else None
SECURE_HSTS_SECONDS = 31_536_000 if PRODUCTION else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = PRODUCTION
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"ligne": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"sortie": {"class": "logging.StreamHandler", "formatter": "ligne"}},
    "root": {"handlers": ["sortie"], "level": env("NIVEAU_JOURNAL", default="WARNING")},
}
