package gateway

import (
	"bufio"
	"net"
	"os/exec"
	"strings"
	"testing"
	"time"
)

// startGateway returns the address of a gateway of its own, which ends with the test.
// Pathologies are names, or "name:key=value".
func startGateway(t *testing.T, pathologies ...string) string {
	t.Helper()
	arguments := []string{"serve", "--listen", "127.0.0.1:0", "--quiet"}
	for _, pathology := range pathologies {
		arguments = append(arguments, "--pathology", pathology)
	}
	command := exec.Command("fakegw", arguments...)
	output, err := command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = command.Process.Kill()
		_ = command.Wait()
	})
	line, err := bufio.NewReader(output).ReadString('\n')
	if err != nil {
		t.Fatalf("fakegw did not start: %v", err)
	}
	return strings.TrimPrefix(strings.TrimSpace(line), "listening on ")
}

// Put your client in the place of the connection.
func TestGivesUpWhenTheGatewayDoesNotAnswer(t *testing.T) {
	connection, err := net.Dial("tcp", startGateway(t, "silent-handshake"))
	if err != nil {
		t.Fatal(err)
	}
	defer connection.Close()
	if _, err := connection.Write([]byte("API\x00\x00\x00\x00\x09v100..226")); err != nil {
		t.Fatal(err)
	}
	_ = connection.SetReadDeadline(time.Now().Add(time.Second))
	_, err = connection.Read(make([]byte, 1))
	if timeout, ok := err.(net.Error); !ok || !timeout.Timeout() {
		t.Fatalf("the gateway answered: %v", err)
	}
}
