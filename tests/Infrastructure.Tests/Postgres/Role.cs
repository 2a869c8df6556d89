using Woflo.TestKit;

namespace Woflo.Infrastructure.Tests.Postgres;

/// <summary>A login without any rights, for as long as the test runs.</summary>
internal sealed class Role(TestDatabase database, string name) : IAsyncDisposable
{
    private const string Password = "only-for-this-test";

    public string Name => name;

    public string Url => database.UrlFor(name, Password);

    public static async Task<Role> Create(TestDatabase database, CancellationToken cancellation)
    {
        var name = $"woflo_test_{Guid.NewGuid():N}";
        await database.Execute($"create role {name} login password '{Password}'", cancellation);
        return new Role(database, name);
    }

    public async ValueTask DisposeAsync() =>
        await database.Execute($"drop owned by {name} cascade; drop role {name}", CancellationToken.None);
}
