<?php
// Runs the snippet: secret, id, timestamp, signature and now as arguments, the body on stdin.
require __DIR__ . '/../../../docs/snippets/verify.php';

[, $secret, $id, $timestamp, $signature, $now] = $argv;
$headers = ['webhook-id' => $id, 'webhook-timestamp' => $timestamp, 'webhook-signature' => $signature];
try {
    verifyWebhook($secret, $headers, file_get_contents('php://stdin'), (int) $now);
    echo "ok\n";
} catch (RuntimeException $error) {
    echo $error->getMessage(), "\n";
}
