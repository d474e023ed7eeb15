using System.ComponentModel;
using System.Diagnostics;
using System.Text.Json;
using UniRep.Cli.Console;
using UniRep.Compute;

namespace UniRep.Cli.Commands.Bench;

/// <summary>PyTorch on this machine, in a process of its own that makes one measurement at a time.</summary>
internal sealed class BenchPython : IBenchContender
{
    private readonly string _interpreter;
    private readonly Process _process;
    private readonly Task<string> _errors;
    private readonly CancellationToken _cancellation;
    private readonly CancellationTokenRegistration _killing;

    private BenchPython(string interpreter, int threads, CancellationToken cancellation)
    {
        var start = new ProcessStartInfo(interpreter, ["-c", Script()])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["PYTHONSAFEPATH"] = "1";
        start.Environment["OMP_NUM_THREADS"] = $"{threads}";
        _interpreter = interpreter;
        _process = Process.Start(start)!;
        _errors = _process.StandardError.ReadToEndAsync(CancellationToken.None);
        _cancellation = cancellation;
        _killing = cancellation.Register(Kill);
    }

    public string Name => "Python float32";
    public string Library { get; private set; } = "";
    public string MixedLengths =>
        "batches of 32 or 128, whichever is faster, padded to their longest";

    /// <summary>Starts the first interpreter that has torch, or says in a sentence why there is none.</summary>
    public static BenchPython? Start(MlstmShape shape, int threads, CancellationToken cancellation)
    {
        var named = Environment.GetEnvironmentVariable("UNIREP_PYTHON");
        string[] interpreters = string.IsNullOrEmpty(named)
            ? ["python3", "/usr/bin/python3"]
            : [named];
        var reasons = new List<string>();
        foreach (var interpreter in interpreters)
        {
            BenchPython? torch = null;
            try
            {
                torch = new BenchPython(interpreter, threads, cancellation);
                torch.Library = torch
                    .Ask(
                        new
                        {
                            units = shape.Units,
                            layers = shape.Layers,
                            threads,
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
            $"not compared with PyTorch: {string.Join("; ", reasons)} (UNIREP_PYTHON may name a Python that has it)"
        );
        return null;
    }

    public double? Rate(byte[][] sequences) => null;

    public double EqualRate(int lanes, double seconds) =>
        Ask(new { lanes, seconds }).GetProperty("residuesPerSecond").GetDouble();

    public double? TrainingRate(ReadOnlyMemory<byte>[] batch) => null;

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
            typeof(BenchPython).Assembly.GetManifestResourceStream("torch_peer.py")!
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
