"""What is not an answer of a key: refused as a key not recognised, at each door that takes one."""

import base64
import json

import pytest
from allauth.core.context import request_context
from allauth.mfa.webauthn.internal import auth
from cryptography.exceptions import InvalidSignature

from partenaires.comptes.forms import second_facteur
from tests.fabriques import creer_utilisateur

pytestmark = pytest.mark.django_db
ENTREE = "/compte/second-facteur/webauthn/login/"
PAS_DU_TOUT = ("", "{", "null", "[]", "1", '"a"', "{}", '{"id": 5}', "9" * 5000, "[" * 50_000)


def en_base64(octets: bytes) -> str:
    return base64.urlsafe_b64encode(octets).decode().rstrip("=")


DITS = tuple(
    en_base64(octets)
    for octets in (
        b'{"type":"webauthn.create","challenge":"YQ","origin":"http://localhost"}',
        b"x",
        b"[]",
        b"{}",
        b"\xff",
    )
)
# CBOR cut short, of another kind, or that holds something else than an attestation
PAQUETS = tuple(en_base64(octets) for octets in (b"", b"a", b"\xa0", b"\xa3" * 200, b"\xff" * 64))


def reponse(**champs) -> str:
    return json.dumps({"id": "YQ", "rawId": "YQ", "type": "public-key", "response": champs})


@pytest.fixture
def ceremonie(rf):
    """A request in which a key was asked for."""
    demande = rf.get("/")
    demande.user = creer_utilisateur()
    demande.session = {auth.STATE_SESSION_KEY: {"challenge": "YQ", "user_verification": "required"}}
    with request_context(demande):
        yield demande


def test_la_porte_ne_tombe_sur_aucune_reponse(client):
    statuts = {lue: client.post(ENTREE, {"credential": lue}).status_code for lue in PAS_DU_TOUT}
    assert [lue[:20] for lue, statut in statuts.items() if statut != 302] == []


def test_une_cle_forgee_ne_s_ajoute_pas(ceremonie):
    lues = [reponse(clientDataJSON=dit, attestationObject=p) for dit in DITS for p in PAQUETS]
    valides = [
        second_facteur.CleForm({"name": "x", "credential": lue}, user=ceremonie.user).is_valid()
        for lue in (*PAS_DU_TOUT, *lues)
    ]
    assert set(valides) == {False}


@pytest.mark.parametrize(
    "forme",
    [
        second_facteur.EntreeParCleForm,
        second_facteur.SecondeCleForm,
        second_facteur.CleDeConfirmationForm,
    ],
)
def test_une_cle_forgee_n_ouvre_rien(ceremonie, forme):
    qui = {} if forme is second_facteur.EntreeParCleForm else {"user": ceremonie.user}
    poignees = [None, "", 5, [], en_base64(b"9" * 30), en_base64(str(ceremonie.user.pk).encode())]
    lues = [
        reponse(clientDataJSON=dit, authenticatorData=p, signature="YQ", userHandle=poignee)
        for dit in DITS
        for p in PAQUETS
        for poignee in poignees
    ]
    valides = [forme({"credential": lue}, **qui).is_valid() for lue in (*PAS_DU_TOUT, *lues)]
    assert set(valides) == {False}


def test_une_signature_fausse_est_une_cle_qui_n_est_pas_reconnue(ceremonie, monkeypatch):
    def fausse(*_):
        raise InvalidSignature

    monkeypatch.setattr(auth, "parse_authentication_response", lambda lue: lue)
    monkeypatch.setattr(auth, "complete_authentication", fausse)
    form = second_facteur.SecondeCleForm({"credential": reponse()}, user=ceremonie.user)
    assert (form.is_valid(), list(form.errors)) == (False, ["credential"])
