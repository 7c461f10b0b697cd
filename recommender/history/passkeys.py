"""Signing in by passkey (WebAuthn level 2, by py_webauthn): what a browser is asked in JSON, and what its answer proves.

An answer has to be of our own site, to a challenge that is ours, unused and minutes old, by an authenticator that made sure
of its user; and its count has to grow, where it counts.
"""

from dataclasses import dataclass
from typing import Any

from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import (
    parse_authentication_credential_json,
    parse_client_data_json,
    parse_registration_credential_json,
)
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticationCredential,
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    RegistrationCredential,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from recommender.domain.member import PasskeyRefused, Site
from recommender.storage.passkeys import PasskeyRow

CHALLENGE_BYTES = 32
CHALLENGE_S = 300
HANDLE_BYTES = 16
MOST = 20  # passkeys of one member
SURE = UserVerificationRequirement.REQUIRED
_WRONG = (
    WebAuthnException,
    ValueError,
    LookupError,
    TypeError,
    AttributeError,
    RecursionError,
)  # of an answer that is none


@dataclass(frozen=True, slots=True)
class Making:
    """An answer to "make one": its challenge, to be looked up before anything is believed."""

    challenge: bytes
    credential: RegistrationCredential


@dataclass(frozen=True, slots=True)
class Using:
    """An answer to "who are you?"."""

    challenge: bytes
    credential: AuthenticationCredential


def ask_to_make(site: Site, challenge: bytes, user_handle: bytes, there: list[PasskeyRow]) -> str:
    """Options for `navigator.credentials.create`; the devices that hold one of `there` need no second."""
    options = generate_registration_options(
        rp_id=site.rp_id,
        rp_name=site.name,
        user_name=site.name,
        user_display_name=site.name,
        user_id=user_handle,
        challenge=challenge,
        timeout=CHALLENGE_S * 1000,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED, user_verification=SURE
        ),
        exclude_credentials=[PublicKeyCredentialDescriptor(id=row.credential_id) for row in there],
    )
    return options_to_json(options)


def ask_to_use(site: Site, challenge: bytes) -> str:
    """Options for `navigator.credentials.get`: any passkey of this site."""
    return options_to_json(
        generate_authentication_options(
            rp_id=site.rp_id, challenge=challenge, timeout=CHALLENGE_S * 1000, user_verification=SURE
        )
    )


def read_making(answer: str) -> Making:
    """Raises PasskeyRefused."""
    try:
        credential = parse_registration_credential_json(answer)
        return Making(parse_client_data_json(credential.response.client_data_json).challenge, credential)
    except _WRONG as wrong:
        raise PasskeyRefused("not an answer to a request for a passkey") from wrong


def read_using(answer: str) -> Using:
    """Raises PasskeyRefused."""
    try:
        credential = parse_authentication_credential_json(answer)
        return Using(parse_client_data_json(credential.response.client_data_json).challenge, credential)
    except _WRONG as wrong:
        raise PasskeyRefused("not an answer to a request for a passkey") from wrong


def made(site: Site, making: Making) -> tuple[bytes, bytes, int]:
    """(credential's id, public key, count) of a new passkey. Raises PasskeyRefused."""
    told: Any
    try:
        told = verify_registration_response(
            credential=making.credential,
            expected_challenge=making.challenge,
            expected_rp_id=site.rp_id,
            expected_origin=site.origin,
            require_user_verification=True,
        )
    except _WRONG as wrong:
        raise PasskeyRefused(str(wrong)) from wrong
    return told.credential_id, told.credential_public_key, told.sign_count


def proved(site: Site, using: Using, row: PasskeyRow) -> int:
    """The passkey's new count, when the answer was signed by it. Raises PasskeyRefused."""
    said = using.credential.response.user_handle
    if said and said != row.user_handle:
        raise PasskeyRefused("the passkey is somebody else's")
    try:
        return verify_authentication_response(
            credential=using.credential,
            expected_challenge=using.challenge,
            expected_rp_id=site.rp_id,
            expected_origin=site.origin,
            credential_public_key=row.public_key,
            credential_current_sign_count=row.sign_count,
            require_user_verification=True,
        ).new_sign_count
    except _WRONG as wrong:
        raise PasskeyRefused(str(wrong)) from wrong
