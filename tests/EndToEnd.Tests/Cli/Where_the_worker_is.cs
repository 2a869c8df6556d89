using Woflo.Cli;
using Woflo.Cli.Demo;

namespace Woflo.EndToEnd.Tests.Cli;

public sealed class Where_the_worker_is : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("woflo-find-").FullName;

    [Fact]
    public void is_its_own_build_folder_of_the_same_configuration()
    {
        var own = Folder("src/Cli/bin/Release/net10.0/linux-x64");
        var worker = Path.Combine(Folder("src/Worker/bin/Release/net10.0/linux-x64"), "Woflo.Worker.dll");
        File.WriteAllText(worker, "");

        Assert.Equal(worker, WorkerProcess.Find(null, own + "/"));
    }

    [Fact]
    public void is_the_same_folder_first()
    {
        var own = Folder("app");
        File.WriteAllText(Path.Combine(own, "Woflo.Worker"), "");

        Assert.Equal(Path.Combine(own, "Woflo.Worker"), WorkerProcess.Find("", own));
    }

    [Fact]
    public void is_where_WOFLO_WORKER_PATH_says()
    {
        var said = Path.Combine(_root, "Woflo.Worker.dll");
        File.WriteAllText(said, "");

        Assert.Equal(said, WorkerProcess.Find(said, Folder("app")));
        Assert.Contains("WOFLO_WORKER_PATH", Assert.Throws<UsageException>(() => WorkerProcess.Find(said + "x", _root)).Message);
    }

    [Fact]
    public void is_a_clear_error_where_there_is_none() =>
        Assert.Contains("build it", Assert.Throws<UsageException>(() => WorkerProcess.Find(null, Folder("empty"))).Message);

    public void Dispose() => Directory.Delete(_root, recursive: true);

    private string Folder(string name) => Directory.CreateDirectory(Path.Combine(_root, name)).FullName;
}
