import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

public final class Webhooks {
    private static final long TOLERANCE_SECONDS = 5 * 60;

    private Webhooks() {}

    /**
     * @param secret of the endpoint, {@code whsec_…}
     * @param headers with lower-case names
     * @param body as it came in, before any JSON parser
     * @param nowSeconds {@code Instant.now().getEpochSecond()}
     * @throws GeneralSecurityException that says why the webhook is not to be trusted
     */
    public static void verify(String secret, Map<String, String> headers, byte[] body, long nowSeconds)
            throws GeneralSecurityException {
        String id = headers.get("webhook-id");
        String timestamp = headers.get("webhook-timestamp");
        String signatures = headers.get("webhook-signature");
        if (id == null || timestamp == null || signatures == null)
            throw new GeneralSecurityException("a webhook header is missing");
        if (!timestamp.matches("[0-9]{1,12}")
                || Math.abs(nowSeconds - Long.parseLong(timestamp)) > TOLERANCE_SECONDS)
            throw new GeneralSecurityException("the timestamp is too far from now");
        byte[] key = Base64.getDecoder().decode(secret.replaceFirst("^whsec_", ""));
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(key, "HmacSHA256"));
        ByteArrayOutputStream signed = new ByteArrayOutputStream();
        signed.writeBytes((id + "." + timestamp + ".").getBytes(StandardCharsets.UTF_8));
        signed.writeBytes(body);
        byte[] expected = Base64.getEncoder().encode(mac.doFinal(signed.toByteArray()));
        // While the secret is rotated there are two signatures.
        for (String one : signatures.split(" ")) {
            if (!one.startsWith("v1,")) continue;
            byte[] given = one.substring("v1,".length()).getBytes(StandardCharsets.UTF_8);
            if (MessageDigest.isEqual(given, expected)) return;
        }
        throw new GeneralSecurityException("no signature matches");
    }
}
