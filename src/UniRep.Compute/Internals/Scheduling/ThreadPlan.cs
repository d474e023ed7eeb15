using UniRep.Compute.Internals.Packing;

namespace UniRep.Compute.Internals.Scheduling;

/// <summary>How a run divides its threads.</summary>
/// <param name="Groups">The number of groups. Each computes sequences of its own.</param>
/// <param name="ThreadsPerGroup">The number of threads that share the panels of each step of a group.</param>
/// <param name="Lanes">The number of sequences that a group computes side by side.</param>
internal readonly record struct ThreadPlan(int Groups, int ThreadsPerGroup, int Lanes)
{
    /// <summary>Models up to this size stay in the cache of a core, so that every thread is a group.</summary>
    private const long CachedBytes = 24 << 20;

    /// <summary>With fewer bytes of weights between two barriers, waiting costs more than sharing gains.</summary>
    private const long BytesWorthSharing = 256 << 10;

    private const int DefaultLanes = 48;

    /// <summary>
    /// Plans a run. A small model gets a group for every thread. A large model, or one with fewer sequences than threads,
    /// gets groups of threads that share the panels of each step.
    /// </summary>
    /// <param name="model">The model.</param>
    /// <param name="options">The options of the engine.</param>
    /// <param name="threads">The number of threads.</param>
    /// <param name="sequences">The number of distinct sequences; int.MaxValue if it is not known.</param>
    public static ThreadPlan For(
        PackedModel model,
        EngineOptions options,
        int threads,
        int sequences
    ) =>
        For(
            model.Bytes,
            model.Layers.Length,
            model.Layers[0].GatePanels,
            options.Lanes,
            threads,
            sequences
        );

    /// <summary>Plans a run from the sizes of the model.</summary>
    /// <param name="modelBytes">The bytes of weights that every step reads.</param>
    /// <param name="layers">The number of layers.</param>
    /// <param name="gatePanels">The number of panels of the gates of a layer.</param>
    /// <param name="lanes">The number of lanes that the caller asks for; 0 for the default.</param>
    /// <param name="threads">The number of threads.</param>
    /// <param name="sequences">The number of distinct sequences, at least 1.</param>
    internal static ThreadPlan For(
        long modelBytes,
        int layers,
        int gatePanels,
        int lanes,
        int threads,
        int sequences
    )
    {
        var groups = modelBytes <= CachedBytes ? Math.Min(threads, sequences) : 1;
        var bytesPerBarrier = modelBytes / (2 * layers);
        var perGroup =
            bytesPerBarrier >= BytesWorthSharing ? Math.Clamp(threads / groups, 1, gatePanels) : 1;
        var lanesOfGroup = lanes > 0 ? lanes : DefaultLanes;
        return new ThreadPlan(
            groups,
            perGroup,
            Math.Clamp((sequences - 1) / groups + 1, 1, lanesOfGroup)
        );
    }
}
