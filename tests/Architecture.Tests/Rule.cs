using System.Reflection;
using Mono.Cecil;
using NetArchTest.Rules;

namespace Woflo.Architecture.Tests;

/// <summary>One rule about types, as a line of <see cref="The_house"/>'s table.</summary>
/// <param name="Says">The rule, as a sentence.</param>
/// <param name="Select">Whom it binds. A rule that binds nobody proves nothing, so an empty selection fails.</param>
/// <param name="Demand">What it asks of them.</param>
/// <param name="Canaries">Types of this project that break it and must be caught.</param>
/// <param name="Spared">Types of this project that keep it, close to the line, and must not be caught.</param>
internal sealed record Rule(
    string Says, Func<Predicates, PredicateList> Select, Func<Conditions, ConditionList> Demand, Type[] Canaries, params Type[] Spared)
{
    public IReadOnlyList<string> Selected(Types types) => [.. Select(types.That()).GetTypes().Select(type => type.FullName!)];

    public IReadOnlyList<string> Offenders(Types types) =>
        [.. (Demand(Select(types.That()).Should()).GetResult().FailingTypes ?? []).Select(type => type.FullName!)];

    public override string ToString() => Says;
}

internal static class Project
{
    public static readonly Assembly Domain = Assembly.Load("Woflo.Domain");
    public static readonly Assembly Application = Assembly.Load("Woflo.Application");
    public static readonly Assembly Infrastructure = Assembly.Load("Woflo.Infrastructure");
    public static readonly Assembly Worker = Assembly.Load("Woflo.Worker");
    public static readonly Assembly Cli = Assembly.Load("woflo");
    public static readonly Assembly Tests = typeof(Project).Assembly;

    public static readonly IReadOnlyList<Assembly> All = [Domain, Application, Infrastructure, Worker, Cli];
}

internal static class Vocabulary
{
    /// <summary>In one of the namespaces, or below it.</summary>
    public static PredicateList Under(this Predicates types, params string[] namespaces) =>
        types.Where(type => namespaces.Any(type.IsUnder));

    /// <summary>Ours, and in none of the namespaces nor below them.</summary>
    public static PredicateList OutsideOf(this Predicates types, params string[] namespaces) =>
        types.Where(type => type.IsUnder("Woflo") && !namespaces.Any(type.IsUnder));

    public static PredicateList Where(this Predicates types, Func<TypeDefinition, bool> holds) => types.MeetCustomRule(new Custom(holds));

    public static ConditionList Be(this Conditions types, Func<TypeDefinition, bool> holds) => types.MeetCustomRule(new Custom(holds));

    /// <summary>Its own interfaces and those of its base classes.</summary>
    public static IEnumerable<TypeReference> Interfaces(this TypeDefinition type)
    {
        for (var current = type; current is not null; current = current.BaseType?.Resolve())
        {
            foreach (var implemented in current.Interfaces)
                yield return implemented.InterfaceType.GetElementType();
        }
    }

    public static bool IsClassOfOurs(this TypeDefinition type) => type is { IsClass: true, IsValueType: false } && !type.IsGenerated();

    public static bool IsGenerated(this TypeDefinition type) =>
        type.Name.Contains('<') || type.CustomAttributes.Any(attribute => attribute.AttributeType.Name == "CompilerGeneratedAttribute")
        || (type.DeclaringType is { } outer && outer.IsGenerated());

    /// <summary>Whether anybody outside may change an object after it was made; `init` is fine.</summary>
    public static bool IsOpenToChange(this TypeDefinition type) =>
        type.Properties.Any(property => property.SetMethod is { IsPublic: true } setter
            && setter.ReturnType is not RequiredModifierType { ModifierType.Name: "IsExternalInit" })
        || type.Fields.Any(field => field is { IsPublic: true, IsInitOnly: false, IsLiteral: false } && !type.IsEnum);

    // A nested type has no namespace of its own, and the library's own predicates pass it over.
    public static bool IsUnder(this TypeDefinition type, string name)
    {
        var outermost = type;
        while (outermost.DeclaringType is { } outer)
            outermost = outer;
        return outermost.Namespace == name || outermost.Namespace.StartsWith(name + ".", StringComparison.Ordinal);
    }

    private sealed class Custom(Func<TypeDefinition, bool> holds) : ICustomRule
    {
        public bool MeetsRule(TypeDefinition type) => holds(type);
    }
}
