import base64
import hashlib
import hmac
import time

TOLERANCE_SECONDS = 5 * 60


def verify_webhook(secret, headers, body, now_seconds=None):
    """Raises ValueError where the webhook is not to be trusted.

    secret: of the endpoint, "whsec_..."; headers: a mapping with lower-case names;
    body: the bytes as they came in, before any JSON parser.
    """
    now_seconds = int(time.time()) if now_seconds is None else now_seconds
    try:
        message_id = headers["webhook-id"]
        timestamp = headers["webhook-timestamp"]
        signatures = headers["webhook-signature"]
    except KeyError as missing:
        raise ValueError(f"the header {missing} is missing") from None
    is_number = timestamp.isascii() and timestamp.isdigit()
    if not is_number or abs(now_seconds - int(timestamp)) > TOLERANCE_SECONDS:
        raise ValueError("the timestamp is too far from now")
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = f"{message_id}.{timestamp}.".encode() + body
    expected = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest())
    # While the secret is rotated there are two signatures.
    for one in signatures.split(" "):
        version, _, given = one.partition(",")
        if version == "v1" and hmac.compare_digest(given.encode(), expected):
            return
    raise ValueError("no signature matches")
