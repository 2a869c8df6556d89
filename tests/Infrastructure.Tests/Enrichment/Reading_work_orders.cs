using Npgsql;
using Woflo.Infrastructure.Postgres;
using Woflo.Infrastructure.Postgres.Enrichment;
using Woflo.TestKit;

namespace Woflo.Infrastructure.Tests.Enrichment;

public sealed class Reading_work_orders(TestDatabase database) : IClassFixture<TestDatabase>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_person_has_one_pseudonym_in_all_notes_of_an_organisation_and_another_one_elsewhere()
    {
        var org = await AnOrganisation();
        var first = await Redacted(org, "spoke w/ Maria Garcia, 512-555-0142");
        var second = await Redacted(org, "call MARIA GARCIA at (512) 555 0142");
        Assert.Equal(Placeholders(first), Placeholders(second));
        Assert.NotEqual(Placeholders(first), Placeholders(await Redacted(await AnOrganisation(), "spoke w/ Maria Garcia, 512-555-0142")));
    }

    [Fact]
    public async Task Workers_that_meet_a_new_organisation_at_once_make_one_key()
    {
        var org = await AnOrganisation();
        var workOrder = await AWorkOrder(org, "call 512-555-0142");
        await using var source = NpgsqlDataSource.Create(database.ParsedUrl.ConnectionString().ConnectionString);
        var read = await Task.WhenAll(Enumerable.Range(0, 16).Select(async _ => (await new WorkOrderReader(new Bulkhead(source)).Load(org, workOrder, Cancellation))!.Redacted().Value));
        Assert.Single(read.Distinct(StringComparer.Ordinal));
        Assert.Equal(1L, await One($"select count(*) from woflo.redaction_keys where org_id = '{org}' and length(key) = 32"));
    }

    [Fact]
    public async Task The_key_goes_with_the_organisation()
    {
        var org = await AnOrganisation();
        await Redacted(org, "ok");
        await One($"delete from organizations where id = '{org}'");
        Assert.Equal(0L, await One($"select count(*) from woflo.redaction_keys where org_id = '{org}'"));
    }

    [Fact]
    public async Task A_work_order_that_is_not_there_makes_no_key()
    {
        var org = await AnOrganisation();
        await using var source = NpgsqlDataSource.Create(database.ParsedUrl.ConnectionString().ConnectionString);
        Assert.Null(await new WorkOrderReader(new Bulkhead(source)).Load(org, Guid.NewGuid(), Cancellation));
        Assert.Equal(0L, await One($"select count(*) from woflo.redaction_keys where org_id = '{org}'"));
    }

    private static string[] Placeholders(string text) => text.Split(' ', ',').Where(word => word.StartsWith('[')).ToArray();

    private async Task<string> Redacted(Guid org, string notes)
    {
        await using var source = NpgsqlDataSource.Create(database.ParsedUrl.ConnectionString().ConnectionString);
        return (await new WorkOrderReader(new Bulkhead(source)).Load(org, await AWorkOrder(org, notes), Cancellation))!.Redacted().Value;
    }

    private async Task<Guid> AnOrganisation()
    {
        var org = Guid.NewGuid();
        await One($"insert into organizations (id, name, timezone) values ('{org}', 'a shop', 'UTC')");
        return org;
    }

    private async Task<Guid> AWorkOrder(Guid org, string notes)
    {
        var (unit, workOrder) = (Guid.NewGuid(), Guid.NewGuid());
        await One($"""
            insert into units (id, org_id, unit_number, asset_type) values ('{unit}', '{org}', '{unit}', 'tractor');
            insert into work_orders (id, org_id, unit_id, asset_type, priority, location, status, notes)
            values ('{workOrder}', '{org}', '{unit}', 'tractor', 3, 'shop', 'new', '{notes}');
            """);
        return workOrder;
    }

    private async Task<object?> One(string sql)
    {
        await using var source = NpgsqlDataSource.Create(database.ParsedUrl.ConnectionString().ConnectionString);
        await using var command = source.CreateCommand(sql);
        return await command.ExecuteScalarAsync(Cancellation);
    }
}
