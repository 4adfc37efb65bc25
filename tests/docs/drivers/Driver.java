import java.security.GeneralSecurityException;
import java.util.Map;

/** Runs the snippet: secret, id, timestamp, signature and now as arguments, the body on stdin. */
public final class Driver {
    public static void main(String[] args) throws Exception {
        Map<String, String> headers =
                Map.of("webhook-id", args[1], "webhook-timestamp", args[2], "webhook-signature", args[3]);
        try {
            Webhooks.verify(args[0], headers, System.in.readAllBytes(), Long.parseLong(args[4]));
            System.out.println("ok");
        } catch (GeneralSecurityException error) {
            System.out.println(error.getMessage());
        }
    }
}
