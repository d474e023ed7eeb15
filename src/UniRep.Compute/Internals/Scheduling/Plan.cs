using UniRep.Compute.Internals.Packing;

namespace UniRep.Compute.Internals.Scheduling;

/// <summary>How the threads of a run are divided: groups, threads in each, and the lanes that a group computes side by side.</summary>
internal readonly record struct Plan(int Groups, int ThreadsPerGroup, int Lanes)
{
    /// <summary>Up to this size a core computes lanes of its own, its weights out of the cache; larger models are shared.</summary>
    private const long CachedBytes = 24 << 20;

    /// <summary>Below this many bytes between two barriers, waiting for each other costs more than sharing saves.</summary>
    private const long BytesWorthSharing = 256 << 10;

    private const int DefaultLanes = 48;

    /// <summary>
    /// Chooses for a model and a number of sequences. Small models: a group for every thread, no barriers. Large ones,
    /// or fewer sequences than threads: threads share the panels of each step.
    /// </summary>
    public static Plan For(PackedModel model, EngineOptions options, int threads, int sequences)
    {
        var groups = model.Bytes <= CachedBytes ? Math.Min(threads, sequences) : 1;
        var bytesPerBarrier = model.Bytes / (2 * model.Layers.Length);
        var perGroup =
            bytesPerBarrier >= BytesWorthSharing
                ? Math.Clamp(threads / groups, 1, model.Layers[0].GatePanels)
                : 1;
        var lanes = options.Lanes > 0 ? options.Lanes : DefaultLanes;
        return new Plan(groups, perGroup, Math.Clamp((sequences - 1) / groups + 1, 1, lanes));
    }
}
