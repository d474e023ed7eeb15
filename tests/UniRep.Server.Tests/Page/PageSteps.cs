namespace UniRep.Server.Tests.Page;

/// <summary>What a user does on the page, and waits for.</summary>
internal static class PageSteps
{
    /// <summary>Two sequences, with ids that CSV must quote and bits that text must keep.</summary>
    public const string Fasta =
        ">first,one a protein\nMKTAYIAK\nQRQISFVK\n>second\nMSKGEELFTGVVPILVELDG\n";

    public static readonly string[] Letters = ["MKTAYIAKQRQISFVK", "MSKGEELFTGVVPILVELDG"];

    /// <summary>Starts the work of a panel and waits until it ends: with a result, or with an error.</summary>
    public static async Task RunAsync(this Tab tab, string panel)
    {
        await tab.UntilAsync($"!document.querySelector('{panel} .start').disabled");
        await tab.ClickAsync($"{panel} .start");
        await tab.EndAsync(panel);
    }

    /// <summary>Waits until the work of a panel ends.</summary>
    public static Task EndAsync(this Tab tab, string panel) =>
        tab.UntilAsync(
            $"document.querySelector('{panel} .cancel').hidden && (document.querySelector('{panel} .status').textContent"
                + $" || document.querySelector('{panel} .error').textContent)"
        );

    public static Task<string> StatusAsync(this Tab tab, string panel) =>
        tab.TextAsync($"{panel} .status");

    public static Task<string> ErrorAsync(this Tab tab, string panel) =>
        tab.TextAsync($"{panel} .error");

    /// <summary>Pastes sequences and waits until they are read.</summary>
    public static async Task EnterAsync(this Tab tab, string text)
    {
        await tab.PasteAsync(text);
        await tab.UntilAsync("!document.getElementById('one').disabled");
    }
}
