<?php

const TOLERANCE_SECONDS = 5 * 60;

/**
 * @param string $secret of the endpoint, "whsec_…"
 * @param array<string, string> $headers with lower-case names
 * @param string $body as it came in: file_get_contents('php://input')
 * @throws RuntimeException that says why the webhook is not to be trusted
 */
function verifyWebhook(string $secret, array $headers, string $body, ?int $nowSeconds = null): void
{
    $nowSeconds ??= time();
    foreach (['webhook-id', 'webhook-timestamp', 'webhook-signature'] as $name) {
        if (!isset($headers[$name])) {
            throw new RuntimeException("the header $name is missing");
        }
    }
    $timestamp = $headers['webhook-timestamp'];
    if (!preg_match('/^\d{1,12}$/D', $timestamp) || abs($nowSeconds - (int) $timestamp) > TOLERANCE_SECONDS) {
        throw new RuntimeException('the timestamp is too far from now');
    }
    $key = base64_decode(preg_replace('/^whsec_/', '', $secret), true);
    if ($key === false || $key === '') {
        throw new RuntimeException('the secret is not of the form whsec_<base64>');
    }
    $expected = base64_encode(hash_hmac('sha256', "{$headers['webhook-id']}.$timestamp.$body", $key, true));
    // While the secret is rotated there are two signatures.
    foreach (explode(' ', $headers['webhook-signature']) as $one) {
        [$version, $given] = array_pad(explode(',', $one, 2), 2, '');
        if ($version === 'v1' && hash_equals($expected, $given)) {
            return;
        }
    }
    throw new RuntimeException('no signature matches');
}
