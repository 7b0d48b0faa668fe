/** The same without JUnit: what a healthy gateway answers, and that a silent one does not. */
public final class WithoutJUnit {
    public static void main(String[] arguments) throws Exception {
        byte[] hello = "API\0\0\0\0\11v100..226".getBytes(java.nio.charset.StandardCharsets.US_ASCII);
        for (String pathology : arguments) {
            try (var gateway = pathology.isEmpty() ? FakeGateway.start() : FakeGateway.start(pathology);
                    var client = new java.net.Socket(gateway.host(), gateway.port())) {
                client.setSoTimeout(1000);
                client.getOutputStream().write(hello);
                System.out.println(client.getInputStream().read() < 0 ? "closed" : "answered");
            } catch (java.net.SocketTimeoutException silence) {
                System.out.println("silent");
            }
        }
    }
}
