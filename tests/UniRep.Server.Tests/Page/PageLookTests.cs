using System.Text.Json;

namespace UniRep.Server.Tests.Page;

/// <summary>The page for everyone: dark, on a phone, by keyboard, for screen readers.</summary>
public sealed class PageLookTests(Browser browser) : IClassFixture<Browser>
{
    private static readonly string[] Panels = ["#vectors", "#scores", "#scan"];

    private static async Task FillAsync(Tab tab)
    {
        await tab.ClickAsync("#example");
        await tab.UntilAsync("!document.getElementById('one').disabled");
        await tab.EvaluateAsync("document.getElementById('scan-to').value = 40");
        foreach (var panel in Panels)
        {
            await tab.RunAsync(panel);
            Assert.StartsWith("Done", await tab.StatusAsync(panel));
        }

        await tab.UntilAsync("document.querySelectorAll('canvas.picture, svg.map').length === 3");
    }

    [Theory]
    [InlineData(360)]
    [InlineData(1000)]
    public async Task Nothing_scrolls_sideways(int width)
    {
        await using var server = await TestServer.StartAsync();
        await using var tab = await browser.OpenAsync(server.Address, width, 740);
        await FillAsync(tab);
        await tab.EvaluateAsync(
            "document.querySelectorAll('details').forEach(details => (details.open = true))"
        );
        Assert.InRange(
            (await tab.EvaluateAsync("document.documentElement.scrollWidth")).GetInt32(),
            1,
            width
        );
        tab.RequireQuiet();
    }

    [Theory]
    [InlineData("light")]
    [InlineData("dark")]
    public async Task Text_has_a_contrast_of_four_and_a_half(string scheme)
    {
        await using var server = await TestServer.StartAsync();
        await using var tab = await browser.OpenAsync(server.Address);
        await tab.PreferAsync(scheme);
        await tab.ClickAsync("#vectors .start");
        await tab.EndAsync("#vectors");
        var pairs = await tab.EvaluateAsync(
            """
            ["body", "header p", "footer a", "section p", "#vectors .start", "#vectors .error", "#example"].map((selector) => {
              const element = document.querySelector(selector);
              let ground = element;
              while (getComputedStyle(ground).backgroundColor === "rgba(0, 0, 0, 0)") ground = ground.parentElement;
              return [getComputedStyle(element).color, getComputedStyle(ground).backgroundColor, selector];
            })
            """
        );
        Assert.All(
            pairs.EnumerateArray(),
            pair => Assert.True(Contrast(pair[0], pair[1]) >= 4.5, $"{pair}")
        );
        var page = Luminance(pairs[0][1]);
        Assert.Equal(scheme == "dark", page < 0.2);
        tab.RequireQuiet();
    }

    [Fact]
    public async Task Everything_is_reached_by_keyboard_in_the_order_of_the_page()
    {
        await using var server = await TestServer.StartAsync();
        await using var tab = await browser.OpenAsync(server.Address);
        await tab.EnterAsync(PageSteps.Fasta);
        await tab.EvaluateAsync("document.activeElement.blur(), scrollTo(0, 0)");
        await tab.EvaluateAsync("document.querySelector('.skip').focus()");
        var reached = new List<string>();
        for (var i = 0; i < 10; i++)
        {
            await tab.PressAsync("Tab", 9);
            reached.Add(
                (
                    await tab.EvaluateAsync(
                        "document.activeElement.id || document.activeElement.textContent"
                    )
                ).GetString()!
            );
        }

        Assert.Equal(
            [
                "sequences",
                "choose",
                "example",
                "pooling",
                "Compute vectors",
                "one",
                "Score each position",
                "scan-from",
                "scan-to",
                "Scan all single mutants",
            ],
            reached
        );
        await tab.EvaluateAsync("document.querySelector('#vectors .start').focus()");
        await tab.PressAsync("Enter", 13, "\r");
        await tab.EndAsync("#vectors");
        Assert.StartsWith("Done", await tab.StatusAsync("#vectors"));
        Assert.Equal(
            "Compute vectors",
            (await tab.EvaluateAsync("document.activeElement.textContent")).GetString()
        );
        tab.RequireQuiet();
    }

    [Fact]
    public async Task Everything_that_takes_the_focus_has_a_name()
    {
        await using var server = await TestServer.StartAsync();
        await using var tab = await browser.OpenAsync(server.Address);
        await FillAsync(tab);
        await tab.EvaluateAsync(
            "document.querySelectorAll('details').forEach(details => (details.open = true))"
        );
        var tree = (await tab.CallAsync("Accessibility.getFullAXTree")).GetProperty("nodes");
        var focusable = tree.EnumerateArray().Where(IsFocusable).ToList();
        Assert.InRange(focusable.Count, 20, 60);
        Assert.All(
            focusable,
            node =>
                Assert.True(
                    node.GetProperty("name").GetProperty("value").GetString() is { Length: > 0 },
                    node.ToString()
                )
        );
        tab.RequireQuiet();
    }

    private static bool IsFocusable(JsonElement node) =>
        node.TryGetProperty("properties", out var properties)
        && node.GetProperty("role").GetProperty("value").GetString()
            is not ("RootWebArea" or "main" or "alert")
        && properties
            .EnumerateArray()
            .Any(property =>
                property.GetProperty("name").GetString() == "focusable"
                && property.GetProperty("value").GetProperty("value").GetBoolean()
            );

    /// <summary>The contrast of two colours (WCAG 2.2).</summary>
    private static double Contrast(JsonElement one, JsonElement other)
    {
        var (a, b) = (Luminance(one), Luminance(other));
        return (Math.Max(a, b) + 0.05) / (Math.Min(a, b) + 0.05);
    }

    private static double Luminance(JsonElement colour)
    {
        var parts = colour
            .GetString()!
            .Split('(', ',', ')')
            .Skip(1)
            .Take(3)
            .Select(text => int.Parse(text) / 255.0)
            .Select(value =>
                value <= 0.04045 ? value / 12.92 : Math.Pow((value + 0.055) / 1.055, 2.4)
            )
            .ToArray();
        return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2];
    }
}
