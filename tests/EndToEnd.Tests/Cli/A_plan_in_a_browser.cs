using Woflo.Application.Scheduling;

namespace Woflo.EndToEnd.Tests.Cli;

/// <summary>The page in Chromium, worked by keyboard.</summary>
public sealed class A_plan_in_a_browser
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact(Timeout = 60_000)]
    public async Task is_worked_by_keyboard()
    {
        var plan = new APlan();
        var page = await (plan with
        {
            Items =
            [
                plan.Item(8, 9), plan.Item(10, 11, "T-2", number: 2, order: Guid.NewGuid()), plan.Item(10.5, 12, "<b>T-3</b>", APlan.Ben, inBay: false, number: 3),
                plan.Item(33, 34, "T-4", number: 4),
            ],
            Calendar = [new CalendarRow(APlan.Ben, "pto", plan.Start.AddHours(12), plan.Start.AddHours(15))],
        }).Page();
        await using var browser = await ABrowser.Open(page, Cancellation);

        // One stop of the Tab key in the chart; the first task is it.
        Assert.Equal(1, await browser.Evaluate<int>("document.querySelectorAll('button.item[tabindex=\"0\"]').length"));
        await browser.Evaluate<bool>("document.querySelector('button.item').focus() ?? true");
        Assert.StartsWith("Unit T-1,", await Focused(), StringComparison.Ordinal);
        await browser.Press("ArrowRight");
        Assert.StartsWith("Unit T-2,", await Focused(), StringComparison.Ordinal);
        await browser.Press("ArrowDown");
        Assert.StartsWith("Unit <b>T-3</b>,", await Focused(), StringComparison.Ordinal);
        await browser.Press("ArrowUp");
        await browser.Press("End");
        Assert.StartsWith("Unit T-4,", await Focused(), StringComparison.Ordinal);

        Assert.True(await browser.Evaluate<bool>("document.getElementById('details').hidden"));
        await browser.Press("Enter");
        Assert.Contains("T-4", await browser.Evaluate<string>("document.getElementById('said').innerText"), StringComparison.Ordinal);
        // The tasks of the same work order stand out: T-1 in two rows, T-3 in one.
        Assert.Equal(3, await browser.Evaluate<int>("document.querySelectorAll('.same').length"));
        await browser.Press("Escape");
        Assert.True(await browser.Evaluate<bool>("document.getElementById('details').hidden"));
        Assert.StartsWith("Unit T-4,", await Focused(), StringComparison.Ordinal);

        var width = await browser.Evaluate<double>("document.querySelector('.track').offsetWidth");
        await browser.Press("+");
        Assert.True(await browser.Evaluate<double>("document.querySelector('.track').offsetWidth") > width);
        await browser.Press("p");
        await browser.Press("p");
        Assert.Equal(0, await browser.Evaluate<double>("document.getElementById('chart').scrollLeft"));
        await browser.Press("n");
        Assert.True(await browser.Evaluate<double>("document.getElementById('chart').scrollLeft") > 0);

        // What the policy stops would be an error in the console.
        Assert.Empty(browser.Complaints);
        async Task<string> Focused() => await browser.Evaluate<string>("document.activeElement.getAttribute('aria-label') ?? document.activeElement.tagName");
    }

    [Fact(Timeout = 60_000)]
    public async Task runs_nothing_that_people_typed_and_draws_every_task()
    {
        const string Nasty = "<img src=x onerror=\"document.title='owned'\"><script>document.title='owned'</script>";
        var plan = new APlan { Shop = Nasty };
        await using var browser = await ABrowser.Open(
            await (plan with { Items = [plan.Item(8, 9, Nasty, why: new { reason = Nasty }), plan.Item(9, 10, "T-2", APlan.Ben, number: 2)] }).Page(), Cancellation);
        await browser.Evaluate<bool>("document.querySelector('button.item').click() ?? true");

        Assert.Contains("<script>", await browser.Evaluate<string>("document.querySelector('h1').innerText"), StringComparison.Ordinal);
        Assert.NotEqual("owned", await browser.Evaluate<string>("document.title"));
        Assert.Equal(0, await browser.Evaluate<int>("document.images.length"));
        Assert.True(await browser.Evaluate<bool>("[...document.querySelectorAll('.item')].every(i => i.offsetWidth > 20 && i.offsetHeight > 20)"));
        Assert.True(await browser.Evaluate<bool>("document.documentElement.scrollWidth <= document.documentElement.clientWidth"));
        Assert.Empty(browser.Complaints);
    }
}
