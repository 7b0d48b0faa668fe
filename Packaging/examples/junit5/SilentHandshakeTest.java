import static org.junit.jupiter.api.Assertions.assertThrows;

import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** Put your client in the place of the socket. */
class SilentHandshakeTest {
    @Test
    void givesUpWhenTheGatewayDoesNotAnswer() throws Exception {
        try (var gateway = FakeGateway.start("silent-handshake");
                var client = new Socket(gateway.host(), gateway.port())) {
            client.setSoTimeout(1000);
            client.getOutputStream().write("API\0\0\0\0\11v100..226".getBytes(StandardCharsets.US_ASCII));
            assertThrows(SocketTimeoutException.class, () -> client.getInputStream().read());
        }
    }
}
