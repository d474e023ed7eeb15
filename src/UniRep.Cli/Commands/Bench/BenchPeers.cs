using UniRep.Cli.Console;
using UniRep.Compute;

namespace UniRep.Cli.Commands.Bench;

/// <summary>Finds what the engine can be compared with on this machine.</summary>
internal static class BenchPeers
{
    /// <summary>Starts the engine and every peer that is there; the rest is named in one warning each.</summary>
    public static List<IBenchContender> Start(
        MlstmArrays arrays,
        Precision precision,
        int threads,
        CancellationToken cancellation
    )
    {
        var found = new List<IBenchContender>
        {
            new BenchEngine(arrays, precision, threads, true, cancellation),
        };
        try
        {
            if (precision == Precision.Exact)
            {
                found.Add(new BenchEngine(arrays, Precision.Int8, threads, false, cancellation));
            }

            foreach (var name in new[] { SharedOptions.Exact, "bfloat16" })
            {
                var trains = name == SharedOptions.Exact;
                var peer = BenchLibtorch.Start(arrays, name, threads, trains, cancellation);
                if (peer.IsError)
                {
                    Reporter.Warn($"not compared with libtorch: {peer.ErrorValue.Message}");
                    break;
                }

                found.Add(peer.ResultValue);
            }

            if (BenchPython.Start(arrays.Shape, threads, cancellation) is { } python)
            {
                found.Add(python);
            }

            return found;
        }
        catch
        {
            found.ForEach(contender => contender.Dispose());
            throw;
        }
    }
}
