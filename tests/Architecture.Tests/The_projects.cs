using System.Reflection;

namespace Woflo.Architecture.Tests;

/// <summary>What the compiled assemblies refer to, whatever namespaces say.</summary>
public sealed class The_projects
{
    private sealed record Limit(Assembly Assembly, Func<string, bool> Forbids);

    private static readonly Dictionary<string, Limit> Limits = new()
    {
        ["Domain references nothing but System"] = new(Project.Domain, name => !IsSystem(name)),
        ["Application references neither the outer projects nor a driver, a solver or a provider's SDK"] = new(Project.Application, name =>
            name is "Woflo.Infrastructure" or "Woflo.Worker" or "woflo" || IsDriver(name)),
        ["Infrastructure references no program"] = new(Project.Infrastructure, name => name is "Woflo.Worker" or "woflo"),
        ["Worker references neither Domain nor a driver or solver"] = new(Project.Worker, name => name is "Woflo.Domain" or "woflo" || IsDriver(name)),
        ["Cli references neither Worker nor a driver or solver"] = new(Project.Cli, name => name is "Woflo.Worker" || IsDriver(name)),
    };

    public static TheoryData<string> Said => [.. Limits.Keys];

    [Theory]
    [MemberData(nameof(Said))]
    public void Refer_only_where_they_may(string says)
    {
        var limit = Limits[says];
        Assert.NotEmpty(limit.Assembly.GetReferencedAssemblies());
        Assert.Empty(Offending(limit, limit.Assembly));
    }

    // This project's canaries refer to about everything.
    [Theory]
    [MemberData(nameof(Said))]
    public void Are_caught_where_they_may_not(string says) => Assert.NotEmpty(Offending(Limits[says], Project.Tests));

    /// <summary>The rules select by namespace: a type elsewhere would slip through them.</summary>
    [Fact]
    public void Keep_their_types_in_their_own_namespace()
    {
        foreach (var assembly in Project.All)
        {
            var home = assembly == Project.Cli ? "Woflo.Cli" : assembly.GetName().Name!;
            Assert.Contains(assembly.GetTypes(), type => IsAtHome(type, home));
            Assert.Empty(Strays(assembly, home));
        }
    }

    [Fact]
    public void Are_caught_with_a_type_elsewhere() =>
        Assert.Contains(typeof(Program_of_a_canary), Strays(Project.Tests, "Woflo.Architecture.Tests"));

    private static IEnumerable<string> Offending(Limit limit, Assembly assembly) =>
        assembly.GetReferencedAssemblies().Select(reference => reference.Name!).Where(limit.Forbids);

    // Top-level statements live in the global namespace; what the compiler and its generators add does not count.
    private static IEnumerable<Type> Strays(Assembly assembly, string home) => assembly.GetTypes().Where(type =>
        !IsAtHome(type, home) && type.FullName != "Program" && !IsGenerated(type));

    private static bool IsAtHome(Type type, string home) =>
        type.Namespace is { } name && (name == home || name.StartsWith(home + ".", StringComparison.Ordinal));

    private static bool IsGenerated(Type type) =>
        type.Name.Contains('<') || type.CustomAttributes.Any(attribute => attribute.AttributeType.Name is "CompilerGeneratedAttribute" or "GeneratedCodeAttribute")
        || (type.DeclaringType is { } outer && (outer.FullName == "Program" || IsGenerated(outer)));

    private static bool IsSystem(string name) => name is "System" || name.StartsWith("System.", StringComparison.Ordinal);

    private static bool IsDriver(string name) => name is "Npgsql" or "Dapper" or "Google.OrTools" or "Google.Protobuf" or "Anthropic" or "OpenAI";
}
