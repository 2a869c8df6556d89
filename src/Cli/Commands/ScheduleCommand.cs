using System.CommandLine;
using Woflo.Application.Scheduling;
using Woflo.Cli.Schedule;

namespace Woflo.Cli.Commands;

internal static class ScheduleCommand
{
    public static Command Create()
    {
        var command = new Command("schedule", "Plans a shop, shows the plan, and says why it is as it is")
        {
            ScheduleRunCommand.Create(), ScheduleShowCommand.Create(), ScheduleTryCommand.Create(),
        };
        Help.Show(command, """
            woflo schedule run --org 'Main Street Diesel' --days 7
            woflo schedule show latest --org 'Main Street Diesel' --html plan.html
            woflo schedule try --org 'Main Street Diesel' --out 'Ana Ruiz' --day 2026-06-02
            """);
        return command;
    }

    public static Option<string?> Org(bool required) => new("--org")
    {
        Description = "The organisation's id, or its name where no other has it",
        HelpName = "ORG",
        Required = required,
    };

    public static Argument<string> Run() => new("RUN") { Description = "The run's id; or latest, with --org: the newest plan" };

    /// <exception cref="NotFoundException">None is called that, or several are.</exception>
    public static async Task<OrganisationRow> FindOrganisation(IPlanReader plans, string idOrName, CancellationToken cancellation) =>
        await plans.Organisations(idOrName, cancellation) switch
        {
            [var only] => only,
            [] => throw new NotFoundException($"--org: there is no organisation '{idOrName}'; expected its id or its name."),
            var several => throw new NotFoundException(
                $"--org: {several.Count} organisations are called '{idOrName}'; name one by its id: {string.Join(", ", several.Take(5).Select(o => o.Id))}."),
        };

    public static ShopTime ClockOf(OrganisationRow organisation) => ShopTime.In(organisation.TimeZone) ?? throw new NotFoundException(
        $"the time zone '{organisation.TimeZone}' of {organisation.Name} is not known; organizations.timezone has to be a name such as America/Chicago.");

    /// <exception cref="UsageException">RUN is neither an id nor latest.</exception>
    /// <exception cref="NotFoundException">There is no such run in the organisation, where one is named.</exception>
    public static async Task<StoredPlan> ReadRun(IPlanReader plans, string run, string? org, CancellationToken cancellation)
    {
        var isLatest = string.Equals(run, "latest", StringComparison.OrdinalIgnoreCase);
        var id = Guid.Empty;
        if (!isLatest && !Guid.TryParse(run, out id))
            throw new UsageException($"RUN: '{run}' is neither a UUID nor latest.");
        if (isLatest && org is null)
            throw new UsageException("RUN: latest needs --org, the organisation whose newest plan is meant.");
        var organisation = org is null ? null : await FindOrganisation(plans, org, cancellation);
        if (isLatest)
        {
            id = await plans.PublishedRun(organisation!.Id, cancellation) ?? throw new NotFoundException(
                $"{organisation.Name} has no plan yet; make one with: woflo schedule run --org {organisation.Id}");
        }
        return await plans.Read(id, cancellation) is { } plan && (organisation is null || plan.Organisation.Id == organisation.Id)
            ? plan
            : throw new NotFoundException($"there is no run {id}{(organisation is null ? "" : $" in {organisation.Name}")}.");
    }

    public static async Task<PlanView> View(CliHost host, string run, string? org, CancellationToken cancellation) =>
        await PlanView.Of(await ReadRun(host.Get<IPlanReader>(), run, org, cancellation), host.Get<IShopReader>(), cancellation);
}
