using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace UniRep.Server.Tests.Page;

/// <summary>A page in a window of its own, with what tests do to it.</summary>
internal sealed class Tab : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly DevTools _tools;
    private readonly Uri _address;
    private readonly DirectoryInfo _downloads = Directory.CreateTempSubdirectory("unirep-page-");
    private readonly ConcurrentQueue<string> _complaints = new();
    private readonly ConcurrentQueue<string> _requests = new();
    private string _context = "";
    private string _target = "";
    private string _session = "";

    private Tab(DevTools tools, Uri address) => (_tools, _address) = (tools, address);

    public static async Task<Tab> CreateAsync(DevTools tools, Uri address)
    {
        var tab = new Tab(tools, address);
        var context = await tools.CallAsync("Target.createBrowserContext");
        tab._context = context.GetProperty("browserContextId").GetString()!;
        var target = await tools.CallAsync(
            "Target.createTarget",
            new() { ["url"] = "about:blank", ["browserContextId"] = tab._context }
        );
        tab._target = target.GetProperty("targetId").GetString()!;
        var session = await tools.CallAsync(
            "Target.attachToTarget",
            new() { ["targetId"] = tab._target, ["flatten"] = true }
        );
        tab._session = session.GetProperty("sessionId").GetString()!;
        tools.Told += tab.Hear;
        foreach (var domain in new[] { "Page", "Runtime", "Log", "Network", "Accessibility" })
        {
            await tab.CallAsync($"{domain}.enable");
        }

        await tools.CallAsync(
            "Browser.setDownloadBehavior",
            new()
            {
                ["behavior"] = "allow",
                ["browserContextId"] = tab._context,
                ["downloadPath"] = tab._downloads.FullName,
            }
        );
        return tab;
    }

    public Task<JsonElement> CallAsync(string method, JsonObject? parameters = null) =>
        _tools.CallAsync(method, parameters, _session);

    /// <summary>Opens an address and waits until the page has greeted the server.</summary>
    public async Task GoAsync(Uri address)
    {
        await CallAsync("Page.navigate", new() { ["url"] = address.AbsoluteUri });
        await UntilAsync(
            "!(document.getElementById('model')?.textContent ?? 'Asking').startsWith('Asking')"
        );
    }

    public Task ResizeAsync(int width, int height) =>
        CallAsync(
            "Emulation.setDeviceMetricsOverride",
            new()
            {
                ["width"] = width,
                ["height"] = height,
                ["deviceScaleFactor"] = 1,
                ["mobile"] = width < 600,
            }
        );

    public Task PreferAsync(string scheme) =>
        CallAsync(
            "Emulation.setEmulatedMedia",
            new()
            {
                ["features"] = new JsonArray(
                    new JsonObject { ["name"] = "prefers-color-scheme", ["value"] = scheme }
                ),
            }
        );

    /// <summary>Gives the value of an expression in JavaScript.</summary>
    public async Task<JsonElement> EvaluateAsync(string expression)
    {
        var answer = await CallAsync(
            "Runtime.evaluate",
            new()
            {
                ["expression"] = expression,
                ["awaitPromise"] = true,
                ["returnByValue"] = true,
                ["userGesture"] = true,
            }
        );
        Assert.False(
            answer.TryGetProperty("exceptionDetails", out var fault),
            $"{expression}: {fault}"
        );
        return answer.GetProperty("result").TryGetProperty("value", out var value)
            ? value
            : default;
    }

    /// <summary>Waits until an expression is true.</summary>
    public async Task UntilAsync(string expression)
    {
        var watch = Stopwatch.StartNew();
        while ((await EvaluateAsync($"Boolean({expression})")).GetBoolean() is false)
        {
            if (watch.Elapsed > Patience)
            {
                var text = await EvaluateAsync("document.body.innerText");
                Assert.Fail($"never true: {expression}; the page says: {text}");
            }

            await Task.Delay(20);
        }
    }

    public async Task<string> TextAsync(string selector) =>
        (await EvaluateAsync($"document.querySelector('{selector}').innerText")).GetString()!;

    public Task ClickAsync(string selector) =>
        EvaluateAsync($"document.querySelector('{selector}').click()");

    /// <summary>Pastes a text as a user does: into the field that has the focus.</summary>
    public async Task PasteAsync(string text)
    {
        await EvaluateAsync("document.getElementById('sequences').focus()");
        await CallAsync("Input.insertText", new() { ["text"] = text });
    }

    /// <summary>Presses a key.</summary>
    public async Task PressAsync(string key, int code, string? text = null)
    {
        foreach (var type in new[] { "keyDown", "keyUp" })
        {
            var parameters = new JsonObject
            {
                ["type"] = type,
                ["key"] = key,
                ["code"] = key,
                ["windowsVirtualKeyCode"] = code,
            };
            if (text is not null && type == "keyDown")
            {
                parameters["text"] = text;
            }

            await CallAsync("Input.dispatchKeyEvent", parameters);
        }
    }

    /// <summary>Chooses a file for a field.</summary>
    public async Task ChooseAsync(string selector, string path)
    {
        var root = (await CallAsync("DOM.getDocument")).GetProperty("root");
        var field = await CallAsync(
            "DOM.querySelector",
            new() { ["nodeId"] = root.GetProperty("nodeId").GetInt32(), ["selector"] = selector }
        );
        await CallAsync(
            "DOM.setFileInputFiles",
            new()
            {
                ["files"] = new JsonArray(path),
                ["nodeId"] = field.GetProperty("nodeId").GetInt32(),
            }
        );
    }

    /// <summary>Clicks and gives the file that is downloaded.</summary>
    public async Task<byte[]> DownloadAsync(string selector, string name)
    {
        await ClickAsync(selector);
        var path = Path.Combine(_downloads.FullName, name);
        Assert.True(
            await Task.Run(() => SpinWait.SpinUntil(() => File.Exists(path), Patience)),
            $"{name} was not downloaded, but {string.Join(", ", _downloads.EnumerateFiles())}"
        );
        return await File.ReadAllBytesAsync(path);
    }

    /// <summary>Requires that the page has logged no error, broken no policy and asked no other server.</summary>
    public void RequireQuiet()
    {
        Assert.Empty(_complaints);
        Assert.All(
            _requests,
            request =>
                Assert.StartsWith(
                    _address.AbsoluteUri,
                    request.StartsWith("blob:", StringComparison.Ordinal) ? request[5..] : request
                )
        );
    }

    public async ValueTask DisposeAsync()
    {
        _tools.Told -= Hear;
        await _tools.CallAsync(
            "Target.disposeBrowserContext",
            new() { ["browserContextId"] = _context }
        );
        _downloads.Delete(recursive: true);
    }

    private void Hear(BrowserEvent told)
    {
        if (told.Session != _session)
        {
            return;
        }

        switch (told.Method)
        {
            case "Runtime.exceptionThrown":
            case "Runtime.consoleAPICalled":
                _complaints.Enqueue(told.Parameters.ToString());
                break;
            // The browser logs each refused request too; the tests look at what the page makes of it.
            case "Log.entryAdded"
                when told.Parameters.GetProperty("entry").GetProperty("source").GetString()
                    != "network":
                _complaints.Enqueue(told.Parameters.ToString());
                break;
            case "Network.requestWillBeSent":
                _requests.Enqueue(
                    told.Parameters.GetProperty("request").GetProperty("url").GetString()!
                );
                break;
        }
    }
}
