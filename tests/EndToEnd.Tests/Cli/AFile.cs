using System.Text;

namespace Woflo.EndToEnd.Tests.Cli;

/// <summary>A file that goes with the test.</summary>
internal sealed class AFile : IDisposable
{
    public AFile(string text) : this(Encoding.UTF8.GetBytes(text))
    {
    }

    public AFile(byte[] bytes) => File.WriteAllBytes(Path, bytes);

    public string Path { get; } = System.IO.Path.GetTempFileName();

    public void Dispose() => File.Delete(Path);
}
