"""Runs the snippet: secret, id, timestamp, signature and now as arguments, the body on stdin."""
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, "docs/snippets")
from verify import verify_webhook  # noqa: E402

secret, message_id, timestamp, signature, now = sys.argv[1:]
headers = {"webhook-id": message_id, "webhook-timestamp": timestamp, "webhook-signature": signature}
try:
    verify_webhook(secret, headers, sys.stdin.buffer.read(), int(now))
    print("ok")
except ValueError as error:
    print(error)
