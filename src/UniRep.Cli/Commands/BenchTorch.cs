using System.ComponentModel;
using System.Diagnostics;
using System.Text.Json;
using UniRep.Cli.Console;

namespace UniRep.Cli.Commands;

/// <summary>PyTorch on this machine, in a process of its own that makes one measurement at a time.</summary>
internal sealed class BenchTorch : IDisposable
{
    private const double SecondsPerMeasurement = 0.5;
    private readonly string _interpreter;
    private readonly Process _process;
    private readonly Task<string> _errors;
    private readonly CancellationToken _cancellation;
    private readonly CancellationTokenRegistration _killing;

    private BenchTorch(string interpreter, int threads, CancellationToken cancellation)
    {
        var start = new ProcessStartInfo(interpreter, ["-c", Script()])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["PYTHONSAFEPATH"] = "1";
        start.Environment["OMP_NUM_THREADS"] = $"{threads}";
        // Its threads must not spin while the engine is measured; it gets no slower by that.
        start.Environment["GOMP_SPINCOUNT"] = "0";
        _interpreter = interpreter;
        _process = Process.Start(start)!;
        _errors = _process.StandardError.ReadToEndAsync(CancellationToken.None);
        _cancellation = cancellation;
        _killing = cancellation.Register(Kill);
    }

    /// <summary>Gets the name and the version of what is measured.</summary>
    public string Name { get; private set; } = "";

    /// <summary>Starts the first interpreter that has torch, or says in a sentence why there is none.</summary>
    public static BenchTorch? Start(
        int units,
        int layers,
        int threads,
        CancellationToken cancellation
    )
    {
        var named = Environment.GetEnvironmentVariable("UNIREP_PYTHON");
        string[] interpreters = string.IsNullOrEmpty(named)
            ? ["python3", "/usr/bin/python3"]
            : [named];
        var reasons = new List<string>();
        foreach (var interpreter in interpreters)
        {
            BenchTorch? torch = null;
            try
            {
                torch = new BenchTorch(interpreter, threads, cancellation);
                torch.Name = torch
                    .Ask(
                        new
                        {
                            units,
                            layers,
                            threads,
                            seconds = SecondsPerMeasurement,
                        }
                    )
                    .GetProperty("peer")
                    .GetString()!;
                return torch;
            }
            catch (Exception exception) when (exception is Win32Exception or IOException)
            {
                torch?.Dispose();
                reasons.Add(
                    exception is IOException ? exception.Message : $"{interpreter}: cannot be run"
                );
            }
        }

        Reporter.Warn(
            $"PyTorch is not compared with: {string.Join("; ", reasons)} (UNIREP_PYTHON may name a Python that has it)"
        );
        return null;
    }

    /// <summary>Measures sequences of some lengths, padded into batches, in real residues per second.</summary>
    public double Rate(IReadOnlyList<int> lengths, int size) =>
        Ask(new { lengths, size }).GetProperty("residuesPerSecond").GetDouble();

    public void Dispose()
    {
        _killing.Dispose();
        Kill();
        _process.WaitForExit();
        _process.Dispose();
    }

    private static string Script()
    {
        using var reader = new StreamReader(
            typeof(BenchTorch).Assembly.GetManifestResourceStream("torch_peer.py")!
        );
        return reader.ReadToEnd();
    }

    private JsonElement Ask<T>(T question)
    {
        try
        {
            _process.StandardInput.WriteLine(JsonText.Of(question));
            _process.StandardInput.Flush();
            return JsonElement.Parse(_process.StandardOutput.ReadLine() ?? "");
        }
        catch (Exception exception) when (exception is IOException or JsonException)
        {
            _cancellation.ThrowIfCancellationRequested();
            Kill();
            var said = _errors.Result.Split('\n', StringSplitOptions.RemoveEmptyEntries);
            throw new IOException($"{_interpreter}: {said.LastOrDefault("no answer")}");
        }
    }

    private void Kill() => _process.Kill(entireProcessTree: true);
}
