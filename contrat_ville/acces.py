"""The table URL × role: who may open which page. The tests enumerate the resolver against it."""

PUBLIC = "public"              # everybody, signed in or not
CONNECTE = "connecte"          # anybody signed in
ORGANISME = "organisme"        # the members of the organisation; others 404
DEPOSE = "depose"              # the same, and agents and the funders asked once deposited; others 404
REDACTION = "redaction"        # a page of the organisation for its writers: readers are sent to the reading page
SIGNATAIRE = "signataire"      # the members, but only a signatory passes: other members 403
RIB = "rib"                    # writers, and agents once deposited: readers and funders 403
AGENT = "agent"                # the service; others 403
INSTRUCTION = "instruction"    # the service and the funders; others 403
RESPONSABLE = "responsable"    # the head of the service; others 403
COMPTE = "compte"              # allauth decides (sign-in steps, security pages)
GESTE = "geste"                # POST only: 405 to whoever may read, tested gesture by gesture

ACCES = {
    "appels:accueil": PUBLIC,
    "appels:quartier": PUBLIC,
    "appels:appel": PUBLIC,
    "appels:modele": PUBLIC,
    "appels:questions": PUBLIC,
    "appels:eligibilite": PUBLIC,
    "appels:verifier": PUBLIC,
    "appels:verifier_code": PUBLIC,
    "appels:mentions_legales": PUBLIC,
    "appels:donnees_personnelles": PUBLIC,
    "appels:accessibilite": PUBLIC,
    "appels:courriels_de_la_demo": PUBLIC,
    "appels:vivant": PUBLIC,
    "appels:pret": PUBLIC,
    "appels:mes_dossiers": CONNECTE,
    "appels:nouveau": CONNECTE,
    "appels:dossier": ORGANISME,
    "appels:organisme": ORGANISME,
    "appels:pieces": REDACTION,
    "appels:partie": REDACTION,
    "appels:relecture": DEPOSE,
    "appels:depose": DEPOSE,
    "appels:recepisse": DEPOSE,
    "appels:recepisse_pdf": DEPOSE,
    "appels:budget_xlsx": DEPOSE,
    "appels:piece": DEPOSE,
    "appels:rib": RIB,
    "appels:signature": REDACTION,
    "appels:deposer": SIGNATAIRE,
    "appels:ajouter_piece": GESTE,
    "appels:retirer_piece": GESTE,
    "appels:coordonnees": GESTE,
    "appels:reprendre": GESTE,
    "appels:instruction": INSTRUCTION,
    "appels:appels": AGENT,
    "appels:appel_nouveau": AGENT,
    "appels:appel_modifier": AGENT,
    "appels:rappels": AGENT,
    "appels:courriels": AGENT,
    "appels:relancer_courriel": GESTE,
    "partenaires:espace": CONNECTE,
    "partenaires:mon_compte": CONNECTE,
    "partenaires:organismes": CONNECTE,
    "partenaires:nouveau": CONNECTE,
    "partenaires:fiche": ORGANISME,
    "partenaires:membres": ORGANISME,
    "partenaires:repondre": GESTE,
    "partenaires:changer_role": GESTE,
    "partenaires:justificatif": AGENT,
    "partenaires:invitation": CONNECTE,
    "partenaires:qualites": AGENT,
    "partenaires:verifier_qualite": GESTE,
    "partenaires:equipe": RESPONSABLE,
    "partenaires:service": RESPONSABLE,
    **dict.fromkeys((
        "account_login", "account_logout", "account_signup", "account_inactive", "account_email",
        "account_change_password", "account_set_password", "account_reauthenticate",
        "account_email_verification_sent", "account_confirm_email", "account_reset_password",
        "account_reset_password_done", "account_reset_password_from_key",
        "account_reset_password_from_key_done", "account_confirm_login_code", "mfa_index",
        "mfa_authenticate", "mfa_reauthenticate",
        "mfa_activate_totp", "mfa_deactivate_totp", "mfa_view_recovery_codes",
        "mfa_generate_recovery_codes", "mfa_download_recovery_codes"), COMPTE),
}

PUBLIQUES = frozenset(nom for nom, acces in ACCES.items() if acces == PUBLIC)
