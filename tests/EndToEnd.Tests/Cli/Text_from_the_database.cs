using Woflo.Cli;

namespace Woflo.EndToEnd.Tests.Cli;

public sealed class Text_from_the_database
{
    [Theory]
    [InlineData("\u001b[31mred", @"\u001b[31mred")]
    [InlineData("\u001b]0;title\u0007", @"\u001b]0;title\u0007")]
    [InlineData("\u009b2J", @"\u009b2J")]
    [InlineData("a\rb\0c\u007f", @"a\u000db\u0000c\u007f")]
    [InlineData("abc\u202edef\u2066", @"abc\u202edef\u2066")]
    [InlineData("a\u2028b", @"a\u2028b")]
    [InlineData("one\ntwo\tthree\r\nfour", "one two three four")]
    [InlineData("🚚 Straße, niño", "🚚 Straße, niño")]
    [InlineData("[red]not markup[/]", "[red]not markup[/]")]
    [InlineData(null, "")]
    public void is_one_line_that_steers_no_terminal(string? text, string printed) => Assert.Equal(printed, Printable.Line(text));

    [Fact]
    public void has_no_lone_surrogates() => Assert.Equal("a\ufffdb", Printable.Line("a\ud83db"));

    [Fact]
    public void holds_no_control_character_whatever_it_is()
    {
        foreach (var code in Enumerable.Range(0, 0x10000))
        {
            var printed = Printable.Text(((char)code).ToString());
            Assert.True(printed == "\n" || !printed.Any(char.IsControl), $"U+{code:X4}");
        }
    }

    [Fact]
    public void is_cut_to_its_length_without_halving_a_character()
    {
        Assert.Equal("abcd…", Printable.Line("abcdefgh", 5));
        Assert.Equal("abc…", Printable.Line("abc🚚defgh", 5));
        Assert.Equal("abcde", Printable.Line("abcde", 5));
    }

    [Fact]
    public void keeps_its_lines_where_there_is_room_for_them()
    {
        Assert.Equal("a\nb", Printable.Text("a\r\nb"));
        Assert.Equal("a\nb\n… 2 more lines", Printable.Text("a\nb\nc\nd", maxLines: 2));
    }
}
