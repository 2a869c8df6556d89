namespace Woflo.TestKit;

public static class Repository
{
    /// <summary>The clone that these tests were built in.</summary>
    public static string Root { get; } = Find();

    private static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Woflo.sln")))
                return folder.FullName;
        }
        throw new InvalidOperationException($"Woflo.sln is in no folder above {AppContext.BaseDirectory}.");
    }
}
