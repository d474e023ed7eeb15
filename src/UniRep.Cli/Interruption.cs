using System.Runtime.InteropServices;
using UniRep.Cli.Console;

namespace UniRep.Cli;

/// <summary>
/// Ctrl-C, SIGTERM, and SIGHUP unless it is ignored, as under nohup. Work is asked to stop; work that does not within a
/// moment, because it waits for a device or a pipe, is not waited for: what it leaves behind is removed, and the
/// process ends.
/// </summary>
internal sealed class Interruption : IDisposable
{
    private TimeSpan _patience = TimeSpan.FromMilliseconds(700);
    private readonly CancellationTokenSource _stopping = new();
    private readonly List<IDisposable> _unfinished = [];
    private readonly PosixSignalRegistration[] _signals;

    public Interruption()
    {
        _signals =
        [
            PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop),
            PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop),
            PosixSignalRegistration.Create(PosixSignal.SIGHUP, Stop),
        ];
    }

    /// <summary>Gets the token by which work is asked to stop.</summary>
    public CancellationToken Token => _stopping.Token;

    /// <summary>Gives work longer to stop by itself: it has something to save. A second signal ends it at once.</summary>
    public void WaitsFor(TimeSpan patience) => _patience = patience;

    /// <summary>Names something whose disposal removes what is half done, in case the work does not come to it.</summary>
    public void Abandons(IDisposable unfinished)
    {
        lock (_unfinished)
        {
            _unfinished.Add(unfinished);
        }
    }

    public void Dispose()
    {
        Array.ForEach(_signals, signal => signal.Dispose());
        _stopping.Dispose();
    }

    private void Stop(PosixSignalContext signal)
    {
        signal.Cancel = true;
        if (_stopping.IsCancellationRequested)
        {
            End();
        }

        _stopping.Cancel();
        _ = Task.Delay(_patience).ContinueWith(_ => End(), TaskScheduler.Default);
    }

    private void End()
    {
        lock (_unfinished)
        {
            foreach (var unfinished in _unfinished)
            {
                try
                {
                    unfinished.Dispose();
                }
                catch (Exception error) when (error is IOException or UnauthorizedAccessException)
                {
                    Reporter.Warn(error.Message);
                }
            }
        }

        Reporter.Write("unirep: cancelled");
        Environment.Exit(ExitCode.Cancelled);
    }
}
