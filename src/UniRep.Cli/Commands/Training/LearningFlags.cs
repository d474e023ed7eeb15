using System.CommandLine;
using UniRep.Design;

namespace UniRep.Cli.Commands.Training;

/// <summary>How `unirep fit` and `unirep benchmark` learn: the column, the method, the features.</summary>
internal sealed class LearningFlags
{
    private readonly Option<string> _target = new("--target")
    {
        Description = "column of the measurements, a number in each row",
        HelpName = "COL",
        Required = true,
    };
    private readonly Option<TopModelMethod?> _method = SharedOptions.OneOf(
        "--model",
        "how to learn: ridge regression, the ensemble of Biswas et al. for a few dozen rows, lasso, logistic regression for two classes, or a Gaussian process",
        TopModelOptionsModule.methods.ToDictionary(method => method.Name),
        TopModelMethod.Ridge
    );
    private readonly Option<FeatureKind?> _features = SharedOptions.OneOf(
        "--features",
        "what describes a protein: a vector of the model, or its residues",
        FeatureRequestModule.kinds.ToDictionary(kind => kind.Name),
        FeatureKind.NewVector(Pool.Average)
    );
    private readonly Option<bool> _density = new("--density")
    {
        Description =
            "add the model's log-likelihood as a feature that is not penalised (Hsu et al. 2022)",
    };
    private readonly Option<ulong> _seed = Numbers.Seed(
        "--seed",
        "decides what is drawn by chance: members, parts, folds",
        0
    );

    public void AddTo(Command command)
    {
        Option[] options = [_target, _method, _features, _density, _seed];
        Array.ForEach(options, command.Options.Add);
    }

    public Learning Of(ParseResult parsed)
    {
        var usual = TopModelOptionsModule.usual(parsed.GetValue(_method)!);
        return new Learning(
            parsed.GetValue(_target)!,
            new TopModelOptions(
                usual.Method,
                usual.Penalties,
                usual.Folds,
                usual.Members,
                parsed.GetValue(_seed)
            ),
            new FeatureRequest(parsed.GetValue(_features)!, parsed.GetValue(_density))
        );
    }
}

/// <summary>The column of measurements, how to learn, and from which features.</summary>
internal sealed record Learning(string Target, TopModelOptions Options, FeatureRequest Features);
