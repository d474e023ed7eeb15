namespace UniRep.Server.Tests.Page;

/// <summary>What the page says when something is wrong.</summary>
public sealed class PageErrorTests(Browser browser) : IClassFixture<Browser>
{
    [Fact]
    public async Task A_bad_letter_is_named_with_its_sequence_line_and_position()
    {
        await using var server = await TestServer.StartAsync();
        await using var tab = await browser.OpenAsync(server.Address);
        await tab.EnterAsync(">first\nMKT\n\n>second of them\nMKTAY\nIA1K\n");
        await tab.RunAsync("#vectors");
        var error = await tab.ErrorAsync("#vectors");
        Assert.StartsWith("Sequence 2 (second, line 4): ", error);
        Assert.Contains("1 at position 8 is not a residue", error.Replace("'", ""));
        Assert.Equal(
            "error",
            (await tab.EvaluateAsync("document.activeElement.className")).GetString()
        );
        tab.RequireQuiet();
    }

    [Fact]
    public async Task A_sequence_that_is_too_long_for_the_server_is_named()
    {
        await using var server = await TestServer.StartAsync("--max-sequence-residues", "500");
        await using var tab = await browser.OpenAsync(server.Address);
        await tab.EnterAsync($">fits\nMKT\n>long\n{new string('A', 501)}");
        await tab.RunAsync("#vectors");
        var error = await tab.ErrorAsync("#vectors");
        Assert.StartsWith("Sequence 2 (long, line 3) has 501 letters; 500 are allowed.", error);
        tab.RequireQuiet();
    }

    [Fact]
    public async Task Requests_that_are_too_large_for_the_server_are_sent_in_parts()
    {
        await using var server = await TestServer.StartAsync("--max-sequences", "2");
        await using var tab = await browser.OpenAsync(server.Address);
        await tab.EnterAsync("MKT\nMKTA\nMKTAY\nMKTAYI\nMKTAYIA");
        Assert.EndsWith(
            "one a line since the text does not begin with >.",
            await tab.TextAsync("#input-status")
        );
        await tab.RunAsync("#vectors");
        Assert.StartsWith("Done: 5 vectors", await tab.StatusAsync("#vectors"));
        tab.RequireQuiet();
    }

    [Fact]
    public async Task A_server_that_is_gone_is_an_error_that_says_so()
    {
        var server = await TestServer.StartAsync();
        await using var tab = await browser.OpenAsync(server.Address);
        await tab.EnterAsync(PageSteps.Fasta);
        await server.DisposeAsync();
        await tab.RunAsync("#vectors");
        Assert.StartsWith("The server cannot be reached.", await tab.ErrorAsync("#vectors"));
        tab.RequireQuiet();
    }

    [Fact]
    public async Task Without_sequences_the_page_says_what_to_do()
    {
        await using var server = await TestServer.StartAsync();
        await using var tab = await browser.OpenAsync(server.Address);
        await tab.RunAsync("#vectors");
        Assert.StartsWith("There are no sequences yet", await tab.ErrorAsync("#vectors"));
        tab.RequireQuiet();
    }

    [Fact]
    public async Task More_sequences_than_the_page_takes_are_an_error()
    {
        await using var server = await TestServer.StartAsync();
        await using var tab = await browser.OpenAsync(server.Address);
        var path = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.fasta");
        await File.WriteAllLinesAsync(
            path,
            Enumerable.Repeat(">many\nMKTAYIAK", 20_001),
            TestContext.Current.CancellationToken
        );
        await tab.ChooseAsync("#file-input", path);
        await tab.UntilAsync("document.getElementById('input-error').textContent");
        File.Delete(path);
        Assert.StartsWith(
            "These are 20,001 sequences; the page takes 20,000.",
            await tab.TextAsync("#input-error")
        );
        tab.RequireQuiet();
    }

    [Fact]
    public async Task A_server_with_keys_asks_for_one()
    {
        var keys = Path.GetTempFileName();
        await File.WriteAllTextAsync(keys, "secret", TestContext.Current.CancellationToken);
        await using var server = await TestServer.StartAsync("--api-key-file", keys);
        File.Delete(keys);
        await using var tab = await browser.OpenAsync(server.Address);
        Assert.Equal("The server asks for an API key.", await tab.TextAsync("#model"));
        await tab.EvaluateAsync("document.getElementById('key').value = 'wrong'");
        await tab.ClickAsync("#access-form button");
        await tab.UntilAsync("document.getElementById('access-error').textContent");
        await tab.EvaluateAsync("document.getElementById('key').value = 'secret'");
        await tab.ClickAsync("#access-form button");
        await tab.UntilAsync("document.getElementById('access').hidden");
        await tab.EnterAsync(PageSteps.Fasta);
        await tab.RunAsync("#vectors");
        Assert.StartsWith("Done: 2 vectors", await tab.StatusAsync("#vectors"));
        tab.RequireQuiet();
    }
}
