using UniRep.Cli.Console;

namespace UniRep.Cli.Commands;

/// <summary>What the JSON summary of a command says of the model and of what computed.</summary>
internal sealed record ModelFields(
    string Model,
    string Fingerprint,
    string Backend,
    string Device,
    string? InstructionSet,
    string Precision,
    int Threads
)
{
    public static ModelFields Of(Model model, BackendChoice backend) =>
        new(
            model.Card.Name,
            model.Fingerprint,
            backend.ToString(),
            DeviceModule.describe(model.Device),
            ProcessorText.InstructionSet(model.Device),
            model.Precision,
            ProcessorText.Threads(model.Device)
        );
}
