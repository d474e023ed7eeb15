using System.Diagnostics;

namespace UniRep.Server.Tests.Page;

/// <summary>
/// A Chromium without a window, which tests steer over its DevTools protocol. Microsoft.Playwright would do the same, but
/// its package is a download of 792 MB for everyone who builds the tests; the few calls needed here are
/// <see cref="DevTools"/>.
/// </summary>
public sealed class Browser : IAsyncLifetime
{
    /// <summary>The variable that names the program; Debian's otherwise.</summary>
    private const string Variable = "UNIREP_CHROMIUM";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly DirectoryInfo _profile = Directory.CreateTempSubdirectory("unirep-page-");
    private Process? _process;
    private DevTools? _tools;

    private static string Program =>
        Environment.GetEnvironmentVariable(Variable) ?? "/usr/bin/chromium";

    /// <summary>Starts the browser, if there is one.</summary>
    public async ValueTask InitializeAsync()
    {
        if (!File.Exists(Program))
        {
            return;
        }

        var start = new ProcessStartInfo(Program)
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        };
        // Sandboxes need rights that containers withhold; the only pages shown are our own.
        string[] options =
        [
            "--headless=new",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-dev-shm-usage",
            "--no-first-run",
            "--remote-debugging-port=0",
            $"--user-data-dir={_profile.FullName}",
            "about:blank",
        ];
        foreach (var option in options)
        {
            start.ArgumentList.Add(option);
        }

        _process = Process.Start(start)!;
        _process.OutputDataReceived += (_, _) => { };
        _process.ErrorDataReceived += (_, _) => { };
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        _tools = await DevTools.ConnectAsync(await AddressAsync());
    }

    /// <summary>Opens a page in a window of its own, with no past; skips the test if there is no browser.</summary>
    internal async Task<Tab> OpenAsync(Uri address, int width = 1000, int height = 900)
    {
        Assert.SkipWhen(_tools is null, "there is no chromium");
        var tab = await Tab.CreateAsync(_tools, address);
        await tab.ResizeAsync(width, height);
        await tab.GoAsync(address);
        return tab;
    }

    public async ValueTask DisposeAsync()
    {
        if (_tools is not null)
        {
            await _tools.DisposeAsync();
        }

        if (_process is not null)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync();
            _process.Dispose();
        }

        try
        {
            _profile.Delete(recursive: true);
        }
        catch (IOException)
        {
            // A child of the browser may still write its last file there.
        }
    }

    /// <summary>Reads the port that the browser has chosen, and the path of its protocol.</summary>
    private async Task<Uri> AddressAsync()
    {
        var file = Path.Combine(_profile.FullName, "DevToolsActivePort");
        var watch = Stopwatch.StartNew();
        string[] lines = [];
        while (lines.Length < 2)
        {
            Assert.False(_process!.HasExited, $"{Program} has ended at once");
            Assert.True(watch.Elapsed < Patience, $"{Program} did not say its port");
            await Task.Delay(50);
            lines = File.Exists(file) ? await File.ReadAllLinesAsync(file) : [];
        }

        return new Uri($"ws://127.0.0.1:{lines[0]}{lines[1]}");
    }
}
