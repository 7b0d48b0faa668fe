using System;
using System.Diagnostics;
using System.IO;
using System.Net.Sockets;
using System.Text;
using Xunit;

/// <summary>A gateway in a process of its own, on a free port.</summary>
public sealed class FakeGateway : IDisposable
{
    private readonly Process process;

    public string Host => "127.0.0.1";
    public int Port { get; }

    /// <summary>Returns when clients can connect. Pathologies are names, or "name:key=value".</summary>
    public FakeGateway(params string[] pathologies)
    {
        var start = new ProcessStartInfo("fakegw") { RedirectStandardOutput = true };
        foreach (var word in new[] { "serve", "--listen", "127.0.0.1:0", "--quiet" }) start.ArgumentList.Add(word);
        foreach (var pathology in pathologies)
        {
            start.ArgumentList.Add("--pathology");
            start.ArgumentList.Add(pathology);
        }
        process = Process.Start(start)!;
        var line = process.StandardOutput.ReadLine() ?? throw new IOException("fakegw did not start");
        Port = int.Parse(line[(line.LastIndexOf(':') + 1)..]);
    }

    public void Dispose()
    {
        process.Kill();
        process.WaitForExit();
    }
}

/// <summary>Put your client in the place of the socket.</summary>
public class SilentHandshakeTest
{
    [Fact]
    public void GivesUpWhenTheGatewayDoesNotAnswer()
    {
        using var gateway = new FakeGateway("silent-handshake");
        using var client = new TcpClient(gateway.Host, gateway.Port) { ReceiveTimeout = 1000 };
        client.GetStream().Write(Encoding.ASCII.GetBytes("API\0\0\0\0\tv100..226"));
        Assert.Throws<IOException>(() => client.GetStream().ReadByte());
    }
}
