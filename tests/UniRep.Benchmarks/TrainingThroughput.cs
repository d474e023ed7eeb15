using System.Diagnostics;
using System.Text.Json;
using UniRep.Compute;

namespace UniRep.Benchmarks;

/// <summary>
/// Compares steps of training, gradient and update, with the multiply-add peak of the machine, and with steps of PyTorch if
/// it is installed (for UNIREP_PYTHON, else python3, else /usr/bin/python3).
/// </summary>
internal static class TrainingThroughput
{
    private const int Rounds = 5;

    public static void Print(int units, int layers, int batch, int length, int threads)
    {
        using var trainer = MlstmTrainer.Create(
            RandomModel.Arrays(units, layers),
            new TrainerOptions { Threads = threads }
        );
        // The start token is a step too: length - 1 residues are as many tokens as those of the other program.
        ReadOnlyMemory<byte>[] sequences =
        [
            .. Workload.Equal(batch, length - 1).Select(tokens => (ReadOnlyMemory<byte>)tokens),
        ];
        var tokens = (double)batch * length;
        // Backward takes twice as many operations as forward.
        var flop = 3 * Workload.FlopPerResidue(trainer.Shape) * tokens;
        using var torch = Torch(units, layers, batch, length, trainer.Threads);
        Step(trainer, sequences);
        var (gradients, steps, shares, peers) = (
            new List<double>(),
            new List<double>(),
            new List<double>(),
            new List<double>()
        );
        var memory = 0.0;
        for (var round = 0; round < Rounds; round++)
        {
            var before = MachinePeak.FmaGflops(trainer.Threads, trainer.InstructionSet);
            var (gradient, update) = Step(trainer, sequences);
            var after = MachinePeak.FmaGflops(trainer.Threads, trainer.InstructionSet);
            gradients.Add(gradient);
            steps.Add(gradient + update);
            shares.Add(flop * 1e-9 / gradient / ((before + after) / 2));
            if (torch is not null && Ask(torch) is { } answer)
            {
                peers.Add(answer.GetProperty("seconds").GetDouble());
                memory = answer.GetProperty("memory").GetDouble();
            }
        }

        using var self = Process.GetCurrentProcess();
        Console.WriteLine(
            FormattableString.Invariant(
                $"{units} x {layers}, {batch} sequences of {length} tokens, {trainer.Threads} threads: {tokens / Median(steps):F0} tokens/s ({tokens / steps.Max():F0} to {tokens / steps.Min():F0}), forward and backward {Median(shares):P1} of the peak (best {shares.Max():P1}), update {Median(steps) - Median(gradients):F3} s, memory {self.PeakWorkingSet64 / (1L << 20)} MB"
            )
        );
        if (peers.Count > 0)
        {
            Console.WriteLine(
                FormattableString.Invariant(
                    $"  torch: {tokens / Median(peers):F0} tokens/s, memory {memory} MB; ours is {Median(peers) / Median(steps):F1} times as fast"
                )
            );
        }
    }

    private static (double Gradient, double Update) Step(
        MlstmTrainer trainer,
        ReadOnlyMemory<byte>[] sequences
    )
    {
        var watch = Stopwatch.StartNew();
        trainer.Gradient(sequences);
        var gradient = watch.Elapsed.TotalSeconds;
        trainer.Update(new AdamStep { Rate = 1e-4, MaximalNorm = 1 });
        return (gradient, watch.Elapsed.TotalSeconds - gradient);
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);

    private static Process? Torch(int units, int layers, int batch, int length, int threads)
    {
        var script = Path.Combine(AppContext.BaseDirectory, "torch_training_peer.py");
        string?[] interpreters =
        [
            Environment.GetEnvironmentVariable("UNIREP_PYTHON"),
            "python3",
            "/usr/bin/python3",
        ];
        foreach (var interpreter in interpreters.OfType<string>())
        {
            var start = new ProcessStartInfo(
                interpreter,
                [script, .. new[] { units, layers, batch, length, threads }.Select(n => $"{n}")]
            )
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            };
            start.Environment["OMP_NUM_THREADS"] = $"{threads}";
            start.Environment["GOMP_SPINCOUNT"] = "0";
            try
            {
                var process = Process.Start(start)!;
                if (process.StandardOutput.ReadLine() is not null)
                {
                    return process;
                }

                process.Dispose();
            }
            catch (System.ComponentModel.Win32Exception)
            {
                // There is no such interpreter.
            }
        }

        Console.WriteLine("no Python with torch: nothing to compare with");
        return null;
    }

    private static JsonElement? Ask(Process torch)
    {
        torch.StandardInput.WriteLine();
        return torch.StandardOutput.ReadLine() is { } line
            ? JsonDocument.Parse(line).RootElement
            : null;
    }
}
