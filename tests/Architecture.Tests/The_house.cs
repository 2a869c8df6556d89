using FluentValidation;
using MediatR;
using NetArchTest.Rules;
using Woflo.Application.Jobs;

namespace Woflo.Architecture.Tests;

/// <summary>Calls go one way: Worker, Application, Domain. Infrastructure plugs into Application's ports from the side.</summary>
public sealed class The_house
{
    private static readonly string[] Scheduling =
        ["Woflo.Domain.Scheduling", "Woflo.Application.Scheduling", "Woflo.Infrastructure.Postgres.Scheduling", "Woflo.Infrastructure.CpSat"];

    private static readonly string[] Enrichment =
        ["Woflo.Domain.Enrichment", "Woflo.Application.Enrichment", "Woflo.Infrastructure.Postgres.Enrichment", "Woflo.Infrastructure.LanguageModels"];

    private static readonly string[] Jobs = ["Woflo.Domain.Jobs", "Woflo.Application.Jobs", "Woflo.Infrastructure.Postgres.Jobs"];

    private static readonly string[] Postgres = ["Npgsql", "NpgsqlTypes", "Dapper"];

    private static readonly string[] Solver = ["Google.OrTools", "Google.Protobuf"];

    private static readonly string[] Providers = ["Anthropic", "OpenAI", "Microsoft.Extensions.AI", "System.ClientModel"];

    private static readonly string[] Handlers =
        [typeof(IRequestHandler<,>).FullName!, typeof(IJobHandler).FullName!, typeof(IValidator).FullName!];

    private static readonly Rule[] Rules =
    [
        new("Domain depends on nothing but System",
            // That nothing else at all is referenced is seen in The_projects: here the compiler's own helper types would count.
            types => types.Under("Woflo.Domain"),
            they => they.NotHaveDependencyOnAny(
                ["Woflo.Application", "Woflo.Infrastructure", "Woflo.Worker", "Woflo.Cli", "MediatR", "FluentValidation", "Microsoft", .. Postgres, .. Solver]),
            [typeof(Domain.Canaries.Knows_a_package), typeof(Domain.Canaries.Knows_application)],
            typeof(Domain.Canaries.Knows_only_System)),
        new("Application does not depend on Infrastructure, Worker, Npgsql, Dapper or OR-Tools",
            types => types.Under("Woflo.Application"),
            they => they.NotHaveDependencyOnAny(["Woflo.Infrastructure", "Woflo.Worker", "Woflo.Cli", .. Postgres, .. Solver]),
            [typeof(Application.Canaries.Knows_Npgsql), typeof(Application.Canaries.Knows_infrastructure), typeof(Application.Canaries.Knows_worker_in_an_async_body)]),
        new("Infrastructure does not depend on Worker or Cli",
            types => types.Under("Woflo.Infrastructure"),
            they => they.NotHaveDependencyOnAny("Woflo.Worker", "Woflo.Cli"),
            [typeof(Infrastructure.Canaries.Knows_worker), typeof(Infrastructure.Canaries.Knows_cli)]),
        new("Worker, the program that puts it together aside, does not depend on Infrastructure or Domain",
            types => types.Where(type => type.IsUnder("Woflo.Worker") && !$"{type.FullName}/".StartsWith("Woflo.Worker.WorkerProgram/", StringComparison.Ordinal)),
            they => they.NotHaveDependencyOnAny("Woflo.Infrastructure", "Woflo.Domain"),
            [typeof(Worker.Canaries.Knows_infrastructure), typeof(Worker.Canaries.Knows_domain)],
            typeof(Program_of_a_canary)),
        new("Scheduling does not know Enrichment, in any layer",
            types => types.Under(Scheduling),
            they => they.NotHaveDependencyOnAny(Enrichment),
            [typeof(Domain.Scheduling.Canaries.Knows_enrichment), typeof(Infrastructure.CpSat.Canaries.Knows_enrichment)]),
        new("Enrichment does not know Scheduling, in any layer",
            types => types.Under(Enrichment),
            they => they.NotHaveDependencyOnAny(Scheduling),
            [typeof(Domain.Enrichment.Canaries.Knows_scheduling), typeof(Application.Enrichment.Canaries.Knows_scheduling)]),
        new("Jobs knows neither Scheduling nor Enrichment, in any layer",
            types => types.Under(Jobs),
            they => they.NotHaveDependencyOnAny([.. Scheduling, .. Enrichment]),
            [typeof(Application.Jobs.Canaries.Knows_scheduling), typeof(Infrastructure.Postgres.Jobs.Canaries.Knows_enrichment)]),
        new("Npgsql and Dapper are seen only in Infrastructure.Postgres",
            types => types.OutsideOf("Woflo.Infrastructure.Postgres", "Woflo.Architecture.Tests"),
            they => they.NotHaveDependencyOnAny(Postgres),
            [typeof(Infrastructure.CpSat.Canaries.Knows_Dapper), typeof(Application.Canaries.Knows_Npgsql)],
            typeof(Infrastructure.Postgres.Jobs.Canaries.Knows_Npgsql)),
        new("OR-Tools is seen only in Infrastructure.CpSat",
            types => types.OutsideOf("Woflo.Infrastructure.CpSat", "Woflo.Architecture.Tests"),
            they => they.NotHaveDependencyOnAny(Solver),
            [typeof(Infrastructure.Postgres.Jobs.Canaries.Knows_OrTools)],
            typeof(Infrastructure.CpSat.Canaries.Knows_OrTools)),
        new("Providers' SDKs are seen only in Infrastructure.LanguageModels",
            types => types.OutsideOf("Woflo.Infrastructure.LanguageModels", "Woflo.Architecture.Tests"),
            they => they.NotHaveDependencyOnAny(Providers),
            [typeof(Application.Enrichment.Canaries.Knows_a_chat_client), typeof(Infrastructure.Postgres.Enrichment.Canaries.Knows_a_provider)],
            typeof(Infrastructure.LanguageModels.Canaries.Knows_a_provider)),
        new("Language models know neither the database's driver nor its adapters",
            types => types.Under("Woflo.Infrastructure.LanguageModels"),
            they => they.NotHaveDependencyOnAny(["Woflo.Infrastructure.Postgres", .. Postgres]),
            [typeof(Infrastructure.LanguageModels.Canaries.Knows_Npgsql)]),
        new("Handlers and validators are internal and sealed, in Application",
            types => types.Where(type => type.IsClassOfOurs() && !type.IsAbstract && type.Interfaces().Any(port => Handlers.Contains(port.FullName))),
            they => they.BeSealed().And().NotBePublic().And().ResideInNamespace("Woflo.Application"),
            [
                typeof(Application.Canaries.PublicHandler), typeof(Application.Canaries.UnsealedHandler), typeof(Application.Canaries.PublicValidator),
                typeof(Worker.Canaries.StrayHandler),
            ],
            typeof(Application.Canaries.LawfulHandler)),
        new("Classes of the domain are sealed or abstract",
            types => types.Where(type => type.IsUnder("Woflo.Domain") && type.IsClassOfOurs()),
            they => they.Be(type => type.IsSealed || type.IsAbstract),
            [typeof(Domain.Canaries.Unsealed), typeof(Domain.Canaries.Outer.UnsealedInside)],
            typeof(Domain.Canaries.WithInit)),
        new("Nothing of the domain has a public setter or a public field that may change",
            types => types.Where(type => type.IsUnder("Woflo.Domain") && !type.IsGenerated()),
            they => they.Be(type => !type.IsOpenToChange()),
            [typeof(Domain.Canaries.WithSetter), typeof(Domain.Canaries.WithField)],
            typeof(Domain.Canaries.WithInit)),
        new("Implementations of Application's ports are not public",
            types => types.Where(type => type.IsClassOfOurs()
                && type.Interfaces().Any(port => port.Namespace.StartsWith("Woflo.Application", StringComparison.Ordinal))),
            they => they.NotBePublic().And().NotBeNestedPublic(),
            [typeof(Infrastructure.Canaries.PublicStore), typeof(Infrastructure.Canaries.Outer.PublicStoreInside)],
            typeof(Infrastructure.Canaries.LawfulStore)),
    ];

    public static TheoryData<string> Said => [.. Rules.Select(rule => rule.Says)];

    [Theory]
    [MemberData(nameof(Said))]
    public void Keeps_each_rule(string says)
    {
        var (rule, types) = (Find(says), Types.InAssemblies(Project.All));
        Assert.NotEmpty(rule.Selected(types));
        Assert.Empty(rule.Offenders(types));
    }

    [Theory]
    [MemberData(nameof(Said))]
    public void Has_a_canary_that_each_rule_catches(string says)
    {
        var (rule, types) = (Find(says), Types.InAssembly(Project.Tests));
        var offenders = rule.Offenders(types);
        Assert.NotEmpty(rule.Canaries);
        Assert.Empty(rule.Canaries.Select(canary => canary.FullName!).Except(offenders));
        Assert.Empty(rule.Spared.Select(spared => spared.FullName!).Intersect(offenders));
    }

    private static Rule Find(string says) => Rules.Single(rule => rule.Says == says);
}
