using System.Globalization;
using System.Text;
using System.Text.Json;

namespace UniRep.Server.Tests.Page;

/// <summary>The page's log-probabilities and mutational scan in a browser.</summary>
public sealed class PageScoreTests(Browser browser) : IClassFixture<Browser>
{
    private const string Protein = "MKTAYIAK";

    private static async Task<JsonElement> ScoresAsync(TestServer server, params string[] input)
    {
        var body = JsonSerializer.Serialize(new { input, per_residue = true });
        return (await server.PostAsync("/v1/scores", body)).Require(200).Json.GetProperty("data");
    }

    [Fact]
    public async Task The_strip_has_the_log_probabilities_of_the_api_as_a_table()
    {
        await using var server = await TestServer.StartAsync();
        await using var tab = await browser.OpenAsync(server.Address);
        await tab.EnterAsync($">one\n{Protein}");
        await tab.RunAsync("#scores");
        Assert.Equal("Done: 8 positions.", await tab.StatusAsync("#scores"));
        var values = (await ScoresAsync(server, Protein))[0].GetProperty("residues");
        var expected = values
            .EnumerateArray()
            .Select((value, at) => $"{at + 1} {Protein[at]} {Shown(value.GetDouble())}");
        var rows = await tab.EvaluateAsync(
            "[...document.querySelectorAll('#strip tbody tr')].map(row => [...row.cells].map(c => c.textContent).join(' '))"
        );
        Assert.Equal(expected, rows.EnumerateArray().Select(row => row.GetString()!));

        await tab.UntilAsync("document.querySelector('#strip canvas.picture')");
        await tab.EvaluateAsync("document.querySelector('#strip canvas.picture').focus()");
        await tab.PressAsync("ArrowRight", 39);
        await tab.PressAsync("ArrowRight", 39);
        Assert.Equal($"K2: {Shown(values[1].GetDouble())}", await tab.TextAsync("#strip .readout"));
        tab.RequireQuiet();
    }

    [Fact]
    public async Task A_scan_has_every_single_mutant_against_the_wild_type()
    {
        await using var server = await TestServer.StartAsync();
        await using var tab = await browser.OpenAsync(server.Address);
        await tab.EnterAsync($">one\n{Protein}");
        await tab.EvaluateAsync("document.getElementById('scan-from').value = 2");
        await tab.EvaluateAsync("document.getElementById('scan-to').value = 3");
        await tab.RunAsync("#scan");
        Assert.Equal("Done: 38 mutants.", await tab.StatusAsync("#scan"));

        var csv = await tab.DownloadAsync("#heatmap button", "one.scan.csv");
        var lines = Encoding.UTF8.GetString(csv).TrimEnd('\n').Split('\n');
        Assert.Equal("mutant,log_likelihood_ratio", lines[0]);
        var ratios = lines
            .Skip(1)
            .Select(line => line.Split(','))
            .ToDictionary(
                fields => fields[0],
                fields => double.Parse(fields[1], CultureInfo.InvariantCulture)
            );
        Assert.Equal(38, ratios.Count);
        Assert.DoesNotContain("K2K", ratios.Keys);
        var scores = await ScoresAsync(server, Protein, "MWTAYIAK", "MKDAYIAK");
        double Total(int at) => scores[at].GetProperty("log_likelihood").GetDouble();
        Assert.Equal(Total(1) - Total(0), ratios["K2W"]);
        Assert.Equal(Total(2) - Total(0), ratios["T3D"]);

        await tab.EvaluateAsync("document.querySelector('#heatmap canvas.picture').focus()");
        await tab.PressAsync("ArrowDown", 40);
        Assert.Equal($"K2G: {Shown(ratios["K2G"])}", await tab.TextAsync("#heatmap .readout"));
        tab.RequireQuiet();
    }

    [Theory]
    [InlineData(3, 2, "Positions are whole numbers from 1 to 400, the smaller one first.")]
    [InlineData(1, 401, "Positions are whole numbers from 1 to 400, the smaller one first.")]
    [InlineData(1, 301, "These are 301 positions; a scan takes 300. Scan them in parts.")]
    public async Task Positions_that_cannot_be_scanned_are_an_error(
        int from,
        int to,
        string message
    )
    {
        await using var server = await TestServer.StartAsync();
        await using var tab = await browser.OpenAsync(server.Address);
        await tab.EnterAsync($">one\n{new string('A', 400)}");
        await tab.EvaluateAsync($"document.getElementById('scan-from').value = {from}");
        await tab.EvaluateAsync($"document.getElementById('scan-to').value = {to}");
        await tab.RunAsync("#scan");
        Assert.Equal(message, await tab.ErrorAsync("#scan"));
        tab.RequireQuiet();
    }

    private static string Shown(double value) =>
        value.ToString("F3", CultureInfo.InvariantCulture).Replace('-', '\u2212');
}
