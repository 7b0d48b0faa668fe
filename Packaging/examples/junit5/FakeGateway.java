import java.io.BufferedReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** A gateway in a process of its own, on a free port: try (var gateway = FakeGateway.start("silent-handshake")) { … } */
public final class FakeGateway implements AutoCloseable {
    private final Process process;
    private final int port;

    private FakeGateway(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    /** Returns when clients can connect. Pathologies are names, or "name:key=value". */
    public static FakeGateway start(String... pathologies) throws IOException {
        List<String> command = new ArrayList<>(List.of("fakegw", "serve", "--listen", "127.0.0.1:0", "--quiet"));
        for (String pathology : pathologies) {
            command.add("--pathology");
            command.add(pathology);
        }
        Process process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        BufferedReader output = process.inputReader();
        String line = output.readLine();
        if (line == null) throw new IOException("fakegw did not start");
        return new FakeGateway(process, Integer.parseInt(line.substring(line.lastIndexOf(':') + 1)));
    }

    public String host() {
        return "127.0.0.1";
    }

    public int port() {
        return port;
    }

    @Override
    public void close() {
        process.destroy();
    }
}
