using System.Diagnostics;
using System.Diagnostics.Metrics;
using UniRep.Compute;
using UniRep.Server.Computation;
using UniRep.Server.Hosting;

namespace UniRep.Server.Observability;

/// <summary>What the server measures of itself, besides ASP.NET's own metrics (latencies by route).</summary>
internal sealed class ServerMetrics
{
    /// <summary>The name of the meter and of the source of traces.</summary>
    public const string Name = "UniRep.Server";

    private readonly Counter<long> _residues;
    private readonly Counter<long> _sequences;
    private readonly Counter<long> _refused;

    public ServerMetrics(
        IMeterFactory factory,
        EmbeddingQueue queue,
        GenerationSlots generations,
        ServerState state
    )
    {
        var meter = factory.Create(Name);
        _residues = meter.CreateCounter<long>(
            "unirep.residues",
            "{residue}",
            "Residues of requests that were answered"
        );
        _sequences = meter.CreateCounter<long>(
            "unirep.sequences",
            "{sequence}",
            "Sequences of requests that were answered"
        );
        _refused = meter.CreateCounter<long>(
            "unirep.requests.refused",
            "{request}",
            "Requests that were answered with an error, by its code"
        );
        Gauge("unirep.queue.residues", "{residue}", "Residues that wait", s => s.WaitingResidues);
        Gauge(
            "unirep.queue.sequences",
            "{sequence}",
            "Sequences that wait",
            s => s.WaitingSequences
        );
        Gauge("unirep.queue.clients", "{client}", "Clients that wait", s => s.Clients);
        Gauge("unirep.lanes.used", "{lane}", "Sequences that are being computed", s => s.Lanes);
        Gauge("unirep.lanes.limit", "{lane}", "Sequences computed at most", s => s.MaximalLanes);
        meter.CreateObservableGauge(
            "unirep.residues.rate",
            () => queue.Statistics.PositionsPerSecond,
            "{residue}/s",
            "Residues a second of the last seconds of work, with one start of each sequence"
        );
        meter.CreateObservableGauge(
            "unirep.requests.accepted",
            () => state.Requests,
            "{request}",
            "Requests that are accepted and not answered yet"
        );
        meter.CreateObservableGauge(
            "unirep.generations",
            () => generations.Used,
            "{request}",
            "Requests that generate sequences"
        );
        meter.CreateObservableGauge(
            "unirep.ready",
            () => state.Phase == ServerPhase.Ready ? 1 : 0,
            null,
            "1 while the server takes requests"
        );

        void Gauge(string name, string unit, string what, Func<ContinuousStatistics, long> read) =>
            meter.CreateObservableGauge(name, () => read(queue.Statistics), unit, what);
    }

    /// <summary>Gets the source of the spans of computations.</summary>
    public static ActivitySource Activities { get; } = new(Name);

    /// <summary>Counts a request that is over.</summary>
    public void Count(RequestInfo info, int status)
    {
        if (info.Error is { } code)
        {
            _refused.Add(1, new KeyValuePair<string, object?>("code", code));
        }
        else if (status < StatusCodes.Status400BadRequest)
        {
            _residues.Add(info.Residues);
            _sequences.Add(info.Sequences);
        }
    }
}
